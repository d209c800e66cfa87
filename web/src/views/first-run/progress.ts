/** How far an installation is, from what the API says exists: nothing of it is stored, so every step can be left and taken up again. */
import { ask } from "@/api/client";
import { useSession } from "@/shell/session";

export const STEPS = ["gateway", "places", "profiles", "devices", "people"] as const;
export type StepName = (typeof STEPS)[number];

const FEW = { params: { query: { limit: 200 } } };
const AGAIN_MS = 5_000;

/** What there is, as far as it was told yet. */
export function useThere() {
  const session = useSession();
  const users = ask.useQuery("get", "/api/v1/users", FEW, { enabled: session.may("users.manage") });
  const asked = {
    gateways: ask.useQuery("get", "/api/v1/gateways", FEW),
    series: ask.useQuery("get", "/api/v1/series", FEW, { refetchInterval: AGAIN_MS }),
    sites: ask.useQuery("get", "/api/v1/sites", FEW),
    zones: ask.useQuery("get", "/api/v1/zones", FEW),
    devices: ask.useQuery("get", "/api/v1/devices", FEW),
    placements: ask.useQuery("get", "/api/v1/placements", FEW),
  };
  const failed = Object.values(asked).find(({ error }) => error);
  return {
    known: Object.values(asked).every(({ data }) => data),
    problem: failed?.error ?? null,
    again: () => void failed?.refetch(),
    gateways: asked.gateways.data?.items ?? [],
    series: asked.series.data?.items ?? [],
    sites: asked.sites.data?.items ?? [],
    zones: asked.zones.data?.items ?? [],
    devices: asked.devices.data?.items ?? [],
    placed: (asked.placements.data?.items ?? []).filter(
      (one) => one.subject_kind === "device" && !one.valid_to,
    ),
    users: users.data?.items ?? [],
  };
}

export type There = ReturnType<typeof useThere>;

/** Which steps are done. */
export function doneOf(there: There): Record<StepName, boolean> {
  return {
    gateway: there.series.length > 0,
    places: there.zones.length > 0,
    profiles: there.zones.some(({ profile }) => profile),
    devices: there.placed.length > 0,
    people: there.users.length > 1,
  };
}
