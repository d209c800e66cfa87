/** A picture as the columns that uPlot draws: one time axis for what was measured and what is expected. */
import type { AlignedData } from "uplot";
import type { Picture, Values } from "@/parts/chart/nouns";

/** Columns a curve has, in this order. */
export const PER_CURVE = 3;
/** Columns a forecast has: low, middle, high. */
export const PER_FORECAST = 3;

/** `values` at the places of `own` within the longer axis `all`; undefined elsewhere, which uPlot joins, unlike null. */
function spread(all: number[], own: number[], values: Values): Values {
  const found = new Map(own.map((at, i) => [at, values[i]]));
  return all.map((at) => found.get(at));
}

/** Columns of a picture: time, then per curve min, mean, max, then the forecast's. */
export function columns(picture: Picture): AlignedData {
  const { time, curves, forecast } = picture;
  if (!forecast)
    return [time, ...curves.flatMap((curve) => [curve.min, curve.mean, curve.max])] as AlignedData;
  const all = [...new Set([...time, ...forecast.time])].sort((a, b) => a - b);
  const measured = curves.flatMap((curve) =>
    [curve.min, curve.mean, curve.max].map((each) => spread(all, time, each)),
  );
  const expected = [forecast.p10, forecast.p50, forecast.p90].map((each) => spread(all, forecast.time, each));
  return [all, ...measured, ...expected] as AlignedData;
}

/** The lowest (`-1`) or highest (`1`) of the columns, gaps left out. */
function farthest(direction: 1 | -1, start: number, values: Values[]): number {
  let found = start;
  for (const column of values)
    for (const each of column)
      if (each !== null && each !== undefined && each * direction > found * direction) found = each;
  return found;
}

/** Above and below a value that is the only one. */
const ALONE = 1;

/** Two states, with room above and below. */
const OFF_ON: [number, number] = [-0.2, 1.2];

/** Lowest and highest of everything that must be seen, the limits among it. */
export function extent({ curves, limits = [], forecast }: Picture): [number, number] {
  if (curves[0]?.states) return OFF_ON;
  const ends = limits.map((limit) => limit.value);
  const low = farthest(-1, Number.POSITIVE_INFINITY, [
    ends,
    forecast?.p10 ?? [],
    ...curves.map(({ min }) => min),
  ]);
  const high = farthest(1, Number.NEGATIVE_INFINITY, [
    ends,
    forecast?.p90 ?? [],
    ...curves.map(({ max }) => max),
  ]);
  if (!Number.isFinite(low)) return [0, 1];
  // A single value stands in the middle of a scale that one can read.
  const room = high > low ? (high - low) * 0.06 : ALONE;
  return [low - room, high + room];
}
