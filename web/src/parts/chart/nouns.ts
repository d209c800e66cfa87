/** What a chart draws. Times are Unix seconds; a null is a gap and is drawn as one, while the line goes on over undefined. */

import type { States } from "@/parts/chart/two";

export type Values = (number | null | undefined)[];

/** One measured curve: the mean of each bucket inside its band of min and max. */
export interface Curve {
  key: string;
  label: string;
  unit: string;
  min: Values;
  mean: Values;
  max: Values;
  /** Buckets with readings that are doubted; drawn hollow. */
  suspect?: boolean[];
  /** Names of 0 and 1, if these are all that it can be. */
  states?: States;
}

/** A limit of the profile: a line, and the side on which it is bad. */
export interface Limit {
  value: number;
  label: string;
  side: "high" | "low";
  severity: string;
  /** From when to when it held; without: over the whole picture. */
  from?: number;
  to?: number;
}

/** A stretch of time that matters: an excursion, a door that stood open, a placement. */
export interface Span {
  from: number;
  /** null: still open. */
  to: number | null;
  label: string;
  tone: "danger" | "warning" | "info" | "quiet";
}

/** A moment that matters: an act, a ticket, a scan. */
export interface Mark {
  at: number;
  label: string;
}

/** What is expected: median and the band in which it lies with a chance of 8 in 10. */
export interface Forecast {
  time: number[];
  p10: number[];
  p50: number[];
  p90: number[];
}

/** Everything in one picture; `time` belongs to all curves. */
export interface Picture {
  time: number[];
  curves: Curve[];
  limits?: Limit[];
  spans?: Span[];
  marks?: Mark[];
  forecast?: Forecast;
}

/** From when to when, in Unix seconds. */
export type Range = readonly [number, number];
