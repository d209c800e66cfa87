/** The periods for which a report is made, in the clock of the place. */

export const PRESETS = ["day", "week", "days30", "this_month", "last_month"] as const;
export type Preset = (typeof PRESETS)[number];

const DAY_MS = 86_400_000;
const FIELDS = ["year", "month", "day", "hour", "minute", "second"] as const;
type Wall = Record<(typeof FIELDS)[number], number>;

/** What a clock in `zone` shows at a moment; in the reader's zone without one. */
export function wallOf(ms: number, zone: string | undefined): Wall {
  const format = new Intl.DateTimeFormat("en-GB", {
    ...(zone ? { timeZone: zone } : {}),
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const parts = new Map(format.formatToParts(ms).map((part) => [part.type, Number(part.value)]));
  return Object.fromEntries(FIELDS.map((name) => [name, parts.get(name) ?? 0])) as Wall;
}

function asUtc({ year, month, day, hour, minute, second }: Wall): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The moment at which a clock in `zone` shows `wall`. Asked twice: the first guess may lie beyond a change of the clock. */
export function momentOf(wall: Wall, zone: string | undefined): number {
  const meant = asUtc(wall);
  let guess = meant;
  for (let n = 0; n < 2; n++) guess += meant - asUtc(wallOf(guess, zone));
  return guess;
}

/** `2026-11-21T08:00` in `zone` as a moment; undefined if it is none. */
export function momentOfText(text: string, zone: string | undefined): number | undefined {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text);
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found.slice(1).map(Number);
  return momentOf({ year, month, day, hour, minute, second: 0 }, zone);
}

/** A moment as a field for dates shows it, in `zone`. */
export function textOf(ms: number, zone: string | undefined): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const { year, month, day, hour, minute } = wallOf(ms, zone);
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

function monthStart(nowMs: number, zone: string | undefined, back: number): number {
  const { year, month } = wallOf(nowMs, zone);
  const first = new Date(Date.UTC(year, month - 1 - back, 1));
  const wall = {
    year: first.getUTCFullYear(),
    month: first.getUTCMonth() + 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
  };
  return momentOf(wall, zone);
}

/** From and to of a preset, in milliseconds. */
export function presetRange(preset: Preset, nowMs: number, zone: string | undefined): [number, number] {
  const now = Math.floor(nowMs / 60_000) * 60_000;
  const ranges: Record<Preset, () => [number, number]> = {
    day: () => [now - DAY_MS, now],
    week: () => [now - 7 * DAY_MS, now],
    days30: () => [now - 30 * DAY_MS, now],
    this_month: () => [monthStart(now, zone, 0), now],
    last_month: () => [monthStart(now, zone, 1), monthStart(now, zone, 0)],
  };
  return ranges[preset]();
}
