/** What has a curve in some places: what is measured there and what follows from it for the goods. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { ask } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { PlaceKind } from "@/views/places/facts";

/** What is looked at first, where it is measured. */
export const FIRST = ["temperature", "relative_humidity", "dew_point_margin", "product_temperature"];
/** What a sensor says of itself, and what is drawn as stretches, has no curve here. */
const NO_CURVE = new Set([
  "door",
  "battery_voltage",
  "battery_level",
  "rssi",
  "snr",
  "spreading_factor",
  "frame_counter",
  "latitude",
  "longitude",
]);
/** What limits of goods name that is reckoned by their own temperature. */
const OF_GOODS = new Set(["product_temperature", "dew_point_margin", "surface_humidity"]);
const MOST = 1000;

/** What follows for the goods from what is measured; how warm they are only where a rule asks how they follow the air. */
function derivedFrom(measured: Set<string>, limited: Set<string>): string[] {
  if (!measured.has("temperature")) return [];
  const own = measured.has("surface_temperature") || [...OF_GOODS].some((one) => limited.has(one));
  return [
    ...(measured.has("relative_humidity") ? ["dew_point_margin"] : []),
    ...(own ? ["product_temperature"] : []),
  ];
}

/** Names of quantities in the order in which they are offered, what matters most first. */
export function offered(measured: Set<string>, limited: Set<string>): string[] {
  const found = new Set([...measured, ...derivedFrom(measured, limited)].filter((one) => !NO_CURVE.has(one)));
  const rank = (one: string) => (FIRST.includes(one) ? FIRST.indexOf(one) : FIRST.length);
  return [...found].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** The quantities of some places, by the limits of a place, shipment or lot; memoise `places`. */
export function useQuantities(places: string[], kind: PlaceKind, key: string) {
  const series = useQueries({
    queries: places.map((zone) =>
      ask.queryOptions("get", "/api/v1/series", { params: { query: { zone, limit: MOST } } }),
    ),
    combine: (found) => ({
      measured: found.flatMap((one) => one.data?.items ?? []).map((one) => one.quantity),
      loading: found.some((one) => one.isPending),
      // A place of which nothing may be read has no curves; the others have theirs.
      problem: found.every((one) => one.error) ? (found[0]?.error ?? null) : null,
      again: () => {
        for (const one of found) void one.refetch();
      },
    }),
  });
  const { data: held } = ask.useQuery("get", `/api/v1/${kind}/{key}/limits`, { params: { path: { key } } });
  const names = useMemo(
    () => offered(new Set(series.measured), new Set((held?.items ?? []).map((one) => one.quantity))),
    [series.measured, held],
  );
  const { loading, again } = series;
  const problem = series.problem && asProblem(series.problem);
  return { names, doors: series.measured.includes("door"), loading, problem, again };
}
