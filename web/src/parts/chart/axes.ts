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
  return splits.map((at, i) => {
    const time = format.moment(iso(at), zone, how);
    return days[i] === days[i - 1] ? time : `${time}\n${days[i]}`;
  });
}
