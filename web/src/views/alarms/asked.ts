/** What the list of alarms can be asked for, as it stands in the page's address. */
import type { Asked } from "@/api/lists";
import type { AlarmState } from "@/api/schema";
import type { Kind, Values } from "@/parts/filters";

export const FILTERS = {
  state: "list",
  kind: "list",
  zone: "text",
  latched: "flag",
} as const satisfies Record<string, Kind>;
export const NO_FILTERS = { state: undefined, kind: undefined, zone: undefined, latched: undefined };
export type AlarmFilters = Values<typeof FILTERS>;

/** What calls first, first. */
export const STATES: AlarmState[] = [
  "active_unacked",
  "active_acked",
  "returned_unacked",
  "latched_unacked",
  "latched_acked",
  "shelved",
  "suppressed",
  "out_of_service",
  "normal",
];
/** Everything that is not as it should be; shown where nobody asked for something else. */
const NOT_NORMAL = STATES.filter((state) => state !== "normal");

export function asked(filters: AlarmFilters): Asked<"/api/v1/alarms"> {
  return { ...filters, state: filters.state ?? NOT_NORMAL } as Asked<"/api/v1/alarms">;
}

const MINUTE_MS = 60_000;
/** For how many minutes an alarm can be shelved; a critical one for an hour at most. */
export function shelvingMinutes(severity: string): number[] {
  return severity === "critical" ? [15, 30, 60] : [15, 30, 60, 120, 240, 480];
}

/** When it ends, a moment earlier, so that a clock that is a little off asks for no more than is allowed. */
export function untilOf(minutes: number, nowMs: number): string {
  return new Date(nowMs + minutes * MINUTE_MS - 5_000).toISOString();
}
