/** What an event of a profile changed, limit by limit. */

type Told = Record<string, unknown>;
export interface Difference {
  band: string;
  field: string;
  old: unknown;
  new: unknown;
}
const SHOWN = ["limit", "deadband", "on_delay", "min_samples", "severity", "budget", "window", "off"];

function isTold(value: unknown): value is Told {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The limits of the last version that an event tells, by band. */
function bands(told: unknown): Map<string, Told> {
  const versions = isTold(told) && Array.isArray(told["versions"]) ? told["versions"] : [];
  const last = versions.at(-1);
  const limits = isTold(last) && Array.isArray(last["limits"]) ? last["limits"].filter(isTold) : [];
  return new Map(limits.map((one) => [String(one["band"]), one]));
}

/** A figure by its name over the wire: durations are kept in microseconds and told in seconds. */
function figure(band: Told | undefined, field: string): unknown {
  if (!band) return undefined;
  const us = band[`${field}_us`];
  return typeof us === "number" ? us / 1_000_000 : (band[`${field}_s`] ?? band[field]);
}

/** What is otherwise than before. */
export function differences(old: unknown, now: unknown): Difference[] {
  const [was, is] = [bands(old), bands(now)];
  const names = [...new Set([...was.keys(), ...is.keys()])];
  return names.flatMap((band) => {
    if (!was.has(band) || !is.has(band))
      return [{ band, field: "band", old: was.has(band) ? band : null, new: is.has(band) ? band : null }];
    return SHOWN.map((field) => ({
      band,
      field,
      old: figure(was.get(band), field),
      new: figure(is.get(band), field),
    })).filter((one) => one.old !== one.new);
  });
}
