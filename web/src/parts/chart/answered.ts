/** What the API answered about readings, as curves: short pauses are joined, gaps stay gaps, doubted readings are marked. */
import type { BucketsOfSeries, BucketsView, DerivedBuckets, DerivedView, GoodsView } from "@/api/schema";
import type { Curve, Picture, Values } from "@/parts/chart/nouns";
import type { States } from "@/parts/chart/two";

/** Buckets of what was measured, or of what follows from it. */
export type Answer = BucketsView | DerivedView;
type One = BucketsOfSeries | DerivedBuckets;

/** How quantities and goods are called. */
export interface Names {
  quantity: (name: string) => string;
  goods?: (goods: GoodsView) => string;
  states?: (quantity: string) => States | undefined;
}

/** When something counts, in Unix seconds; `to` is not among it, null: until now. */
export interface Within {
  from: number;
  to: number | null;
}

/** `values` with undefined for null wherever the next value comes within `most` buckets: a sensor is silent between readings. */
export function joined(values: (number | null)[], most: number): Values {
  const found: Values = [...values];
  let last = -1;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === null) continue;
    if (last >= 0 && i - last <= most) found.fill(undefined, last + 1, i);
    last = i;
  }
  return found;
}

function counts(at: number, within: Within | undefined): boolean {
  return !within || (at >= within.from && (within.to === null || at < within.to));
}

function masked(values: (number | null)[], time: number[], within: Within | undefined): (number | null)[] {
  return values.map((each, i) => (counts(time[i] ?? 0, within) ? each : null));
}

function keyOf(one: One): string {
  if ("series" in one) return `${one.series}`;
  const { form, lag_s, since } = one.goods;
  return `${one.device} ${form} ${lag_s} ${since ?? ""}`;
}

function labelOf(one: One, names: Names): string {
  const goods = "goods" in one ? names.goods?.(one.goods) : undefined;
  return [`${one.device} ${names.quantity(one.quantity)}`, goods].filter(Boolean).join(", ");
}

function curveOf(one: One, time: number[], widthS: number, names: Names, within: Within | undefined): Curve {
  const most = Math.max(1, Math.floor(one.gap_s / widthS));
  const states = names.states?.(one.quantity);
  const values = (each: (number | null)[]) => joined(masked(each, time, within), most);
  const doubted = new Set(one.doubted.filter((i) => counts(time[i] ?? 0, within)));
  return {
    key: `${keyOf(one)} ${within?.from ?? ""}`,
    label: labelOf(one, names),
    unit: one.unit,
    min: values(one.min),
    mean: values(one.mean),
    max: values(one.max),
    ...(doubted.size > 0 && { suspect: time.map((_, i) => doubted.has(i)) }),
    ...(states && { states }),
  };
}

/** An answer as a picture. What lies outside of `within` is left out. */
export function pictureOf(answer: Answer, names: Names, within?: Within): Pick<Picture, "time" | "curves"> {
  const half = answer.width_s / 2;
  const time = answer.start.map((at) => Date.parse(at) / 1000 + half);
  const curves = answer.items.map((one) => curveOf(one, time, answer.width_s, names, within));
  return { time, curves };
}
