/** What stands beside an axis: no label twice, none over another, in the zone of the place. */
import type { Format } from "@/parts/format";

const DAY_S = 86_400;
const MONTH_S = 27 * DAY_S;
/** Room for one label of time, in pixels. */
export const TIME_PX = 76;

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

/** Digits that tell two neighbours apart that are so far from each other. */
export function digitsOf(step: number): number {
  return Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
}

/** Labels of moments `step` seconds apart: the time, and below it the day where a day is new. */
export function timeLabels(splits: number[], step: number, format: Format, zone?: string): string[] {
  if (step >= MONTH_S) return splits.map((at) => format.moment(iso(at), zone, "month"));
  const days = splits.map((at) => format.moment(iso(at), zone, "date"));
  if (step >= DAY_S) return days;
  const how = step < 60 ? "clock" : "minute";
  const times = splits.map((at) => format.moment(iso(at), zone, how));
  return times.map((time, i) => {
    if (days[i] !== days[i - 1]) return `${time}\n${days[i]}`;
    // Closer than a second: only the first of those that would be called alike has a name.
    return time === times[i - 1] ? "" : time;
  });
}

type Ends = "day" | "short" | "clock";

/** What stands at a few places of one stretch of time: days or minutes, and finer where they would be called alike. */
export function endLabels(ends: number[], format: Format, zone?: string, coarsest: Ends = "short"): string[] {
  const named = (how: Ends) => ends.map((at) => format.moment(iso(at), zone, how));
  const differ = (names: string[]) => new Set(names).size === names.length;
  return [named(coarsest), named("short")].find(differ) ?? named("clock");
}
