/** The periods that a view of curves offers, and the stretch about what is shown for which facts are asked. */
import type { Range } from "@/parts/chart/nouns";

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

export const PERIODS = { day: DAY_S, week: 7 * DAY_S, month: 30 * DAY_S, year: 365 * DAY_S } as const;
export type Period = keyof typeof PERIODS;

export function isPeriod(value: string | undefined): value is Period {
  return value !== undefined && Object.hasOwn(PERIODS, value);
}

/** The last day, week … up to now; a little room ahead for what is expected. */
export function rangeOf(period: Period, nowMs: number, aheadS = 0): Range {
  const now = Math.ceil(nowMs / 60_000) * 60;
  return [now - PERIODS[period], now + aheadS];
}

/** A stretch about a range that stays the same while it is moved a little: facts are asked for it, not for every move. */
export function about([from, to]: Range): Range {
  const step = 2 ** Math.ceil(Math.log2(Math.max(to - from, HOUR_S)));
  return [(Math.floor(from / step) - 0.5) * step, (Math.ceil(to / step) + 0.5) * step];
}

export function iso(seconds: number): string {
  return new Date(Math.round(seconds) * 1000).toISOString();
}
