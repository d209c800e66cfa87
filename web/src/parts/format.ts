/** Figures, units, times and durations as the reader's language writes them. */
import { useTranslation } from "react-i18next";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const OFFSET = /([+-])(\d\d):(\d\d)$/;
const FULL: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" };
const SHORT: Intl.DateTimeFormatOptions = {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
};
const STYLES = {
  full: FULL,
  short: SHORT,
  day: { dateStyle: "medium" },
  clock: { timeStyle: "medium" },
  minute: { hour: "2-digit", minute: "2-digit" },
  date: { month: "short", day: "numeric" },
  month: { year: "numeric", month: "short" },
} satisfies Record<string, Intl.DateTimeFormatOptions>;
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", DAY_MS],
  ["hour", HOUR_MS],
  ["minute", MINUTE_MS],
];

/** How far a time that the API wrote in a site's zone (`…+08:00`) is ahead of UTC; undefined for `…Z`. */
export function offsetMs(iso: string): number | undefined {
  const found = OFFSET.exec(iso);
  if (!found) return undefined;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return (found[1] === "-" ? -minutes : minutes) * MINUTE_MS;
}

function tagOf(lang: string): string {
  return lang === "zh" ? "zh-CN" : "en-GB";
}

/** Everything that writes figures in one language. */
export class Format {
  readonly lang: string;
  /** The browser's own are dear to make: each is made once. */
  readonly #dates = new Map<string, Intl.DateTimeFormat>();
  readonly #numbers = new Map<string, Intl.NumberFormat>();
  readonly #relative: Intl.RelativeTimeFormat;

  constructor(lang: string) {
    this.lang = tagOf(lang);
    this.#relative = new Intl.RelativeTimeFormat(this.lang, { numeric: "auto", style: "short" });
  }

  /** A figure with so many digits after the point at most. */
  number(value: number, digits = 1): string {
    return this.#number({ maximumFractionDigits: digits }).format(value);
  }

  /** A figure with its unit: `4.8 °C`, `61 %`. */
  value(value: number | null | undefined, unit: string, digits = 1): string {
    if (value === null || value === undefined) return "–";
    return unit ? `${this.number(value, digits)}\u00a0${unit}` : this.number(value, digits);
  }

  /** A share from 0 to 1 as per cent. */
  share(value: number, digits = 1): string {
    return this.#number({ style: "percent", maximumFractionDigits: digits }).format(value);
  }

  /** A moment: in `zone` (IANA) if given, else in the zone in which the API wrote it, else in the reader's. */
  moment(iso: string, zone?: string, how: keyof typeof STYLES = "full"): string {
    const ms = Date.parse(iso);
    const shift = zone === undefined ? offsetMs(iso) : undefined;
    const timeZone = shift === undefined ? zone : "UTC";
    return this.#date(how, timeZone).format(ms + (shift ?? 0));
  }

  /** A day without a time, as `2026-11-21` or the day of a moment in `zone`. */
  day(iso: string, zone?: string): string {
    return this.#date("day", iso.length > 10 ? zone : "UTC").format(Date.parse(iso));
  }

  /** The time of a day to the second, where the day is plain. */
  clock(iso: string, zone?: string): string {
    return this.moment(iso, zone, "clock");
  }

  /** How long ago or in how long, in the largest unit that fits. */
  relative(iso: string, nowMs: number): string {
    const distance = Date.parse(iso) - nowMs;
    const [unit, unitMs] = STEPS.find(([, ms]) => Math.abs(distance) >= ms) ?? ["minute", MINUTE_MS];
    return this.#relative.format(Math.trunc(distance / unitMs), unit);
  }

  /** A stretch of time in its two largest units: `2h 14m`, `40s`. */
  duration(ms: number): string {
    const parts: [number, string][] = [
      [Math.floor(ms / DAY_MS), "day"],
      [Math.floor((ms % DAY_MS) / HOUR_MS), "hour"],
      [Math.floor((ms % HOUR_MS) / MINUTE_MS), "minute"],
    ];
    const from = parts.findIndex(([n]) => n > 0);
    const told = parts.slice(from, from + 2).filter(([n], i) => i === 0 || n > 0);
    const shown = from === -1 ? [[Math.floor(ms / SECOND_MS), "second"] as const] : told;
    const style = { style: "unit", unitDisplay: "narrow" } as const;
    return shown.map(([n, unit]) => this.#number({ ...style, unit }).format(n)).join(" ");
  }

  #number(how: Intl.NumberFormatOptions): Intl.NumberFormat {
    const key = Object.values(how).join(" ");
    let found = this.#numbers.get(key);
    if (!found) {
      found = new Intl.NumberFormat(this.lang, how);
      this.#numbers.set(key, found);
    }
    return found;
  }

  #date(how: keyof typeof STYLES, timeZone: string | undefined): Intl.DateTimeFormat {
    const key = `${how} ${timeZone}`;
    let found = this.#dates.get(key);
    if (!found) {
      found = new Intl.DateTimeFormat(this.lang, {
        ...STYLES[how],
        ...(timeZone ? { timeZone } : {}),
      });
      this.#dates.set(key, found);
    }
    return found;
  }
}

let spoken = new Format("en");

/** The formats of the page's language, the same for every part of the page. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  if (spoken.lang !== tagOf(i18n.language)) spoken = new Format(i18n.language);
  return spoken;
}
