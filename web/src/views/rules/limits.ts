/** Limits of a profile as one edits them: what holds now, what becomes of it, and the profile that comes of it. */
import type { Profile, ProfileBandIn, ProfileIn, ProfileVersionIn } from "@/api/schema";

export type Figure = "limit" | "deadband" | "on_delay_s" | "min_samples";
export const FIGURES: Figure[] = ["limit", "deadband", "on_delay_s", "min_samples"];
/** The beginning of time, as the API has it. */
const ALWAYS = "2001-01-01T00:00:00Z";

/** The version by which goods are judged at a moment; undefined: none. */
export function versionAt(profile: Profile, atMs: number): ProfileVersionIn | undefined {
  return profile.versions.find(
    (one) => Date.parse(one.valid_from) <= atMs && (!one.valid_to || atMs < Date.parse(one.valid_to)),
  );
}

/** What is changed of the bands, by their name. */
export type Edits = Record<string, Partial<ProfileBandIn>>;

/** How limits differ from those that hold: what is said anew of each, which are new, and which are left out. */
export interface Difference {
  edits: Edits;
  added: string[];
  removed: string[];
}

/** What a draft changes. */
export function difference(limits: ProfileBandIn[], draft: ProfileBandIn[]): Difference {
  const before = new Map(limits.map((band) => [band.band, band]));
  const after = new Set(draft.map(({ band }) => band));
  const edits: Edits = {};
  for (const band of draft) {
    const known = before.get(band.band);
    if (!known) continue;
    const other = Object.entries(band).filter(([name, value]) => !same(known[name as never], value));
    if (other.length > 0) edits[band.band] = Object.fromEntries(other);
  }
  return {
    edits,
    added: draft.map(({ band }) => band).filter((band) => !before.has(band)),
    removed: limits.map(({ band }) => band).filter((band) => !after.has(band)),
  };
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** What of an edit a back-test can try by itself; a severity changes no finding. */
export function tried(edit: Partial<ProfileBandIn>): Partial<Pick<ProfileBandIn, Figure>> {
  const figures = FIGURES.filter((name) => edit[name] !== undefined).map((name) => [name, edit[name]]);
  return Object.fromEntries(figures) as Partial<Pick<ProfileBandIn, Figure>>;
}

/** What says nothing of when something is found. */
const SAYS_NOTHING = new Set<string>([...FIGURES, "severity", "source"]);

/** Whether more is changed than figures of limits that there are: then the profile is tried as a whole. */
export function asWhole({ edits, added, removed }: Difference): boolean {
  const more = Object.values(edits).some((edit) => Object.keys(edit).some((name) => !SAYS_NOTHING.has(name)));
  return more || added.length > 0 || removed.length > 0;
}

/** A profile in the words of a registry file, for a back-test of limits that there are not yet. */
export function asFile(profile: string, version: Partial<ProfileVersionIn>): string {
  const lines = ["format = 1", "[[profile]]", `key = ${JSON.stringify(profile)}`];
  if (version.interval_s) lines.push(`interval = ${stretch(version.interval_s)}`);
  if (version.unwatched_s) lines.push(`unwatched = ${stretch(version.unwatched_s)}`);
  if (version.lag_s) lines.push(`lag = ${stretch(version.lag_s)}`);
  for (const band of version.limits ?? []) lines.push("[[profile.band]]", ...said(band));
  return `${lines.join("\n")}\n`;
}

function stretch(seconds: number): string {
  return JSON.stringify(`${seconds} s`);
}

function said(band: ProfileBandIn): string[] {
  const { allowed } = band;
  const lines = ["band", "quantity", "side", "severity"].map(
    (name) => `${name} = ${JSON.stringify(band[name as keyof ProfileBandIn])}`,
  );
  lines.push(`limit = ${band.limit}`, `deadband = ${band.deadband}`, `min_samples = ${band.min_samples}`);
  lines.push(`on_delay = ${stretch(band.on_delay_s)}`);
  if (band.budget_s > 0) lines.push(`budget = ${stretch(band.budget_s)}`);
  if (band.window_s > 0) lines.push(`window = ${stretch(band.window_s)}`);
  if (band.cycles > 0) lines.push(`cycles = ${band.cycles}`);
  if (band.off) lines.push(`off = ${JSON.stringify(band.off)}`);
  if (band.stages?.length) lines.push(`stages = ${JSON.stringify(band.stages)}`);
  if (allowed) {
    const { low, high, most, most_s, coverage } = allowed;
    const about = `low = ${low}, high = ${high}, most = ${most}, coverage = ${coverage}`;
    lines.push(`allowed = { ${about}, most_for = ${stretch(most_s)} }`);
  }
  return lines;
}

/** From now on, since the present version began, or from a moment in milliseconds, ahead or back. */
export type Since = "now" | "begin" | number;

/** The profile with something said anew of it: as a version of its own, or of the present version. */
export function edited(
  profile: Profile,
  anew: Partial<ProfileVersionIn>,
  since: Since,
  nowMs: number,
): ProfileIn {
  const { id: _id, key: _key, version: _version, ...body } = profile;
  const present = versionAt(profile, nowMs);
  if (typeof since === "number")
    return { ...body, versions: dated(profile, { ...present, ...anew }, since, nowMs) };
  const at = new Date(nowMs).toISOString();
  if (!present) return { ...body, versions: [...body.versions, first(profile, anew, since, nowMs)] };
  const whole = since === "begin" || present.valid_from === at;
  const instead: ProfileVersionIn[] = whole
    ? [{ ...present, ...anew }]
    : [
        { ...present, valid_to: at },
        { ...present, valid_from: at, ...anew },
      ];
  return { ...body, versions: body.versions.flatMap((one) => (one === present ? instead : [one])) };
}

/**
 * Versions with one that holds from a moment on, to the end of what holds then, or now if that is later. What it covers
 * is cut off: of versions dated ahead none is lost that begins behind it.
 */
function dated(
  profile: Profile,
  anew: Partial<ProfileVersionIn>,
  fromMs: number,
  nowMs: number,
): ProfileVersionIn[] {
  const last = Math.max(fromMs, nowMs);
  const begins = profile.versions.map(({ valid_from }) => valid_from).filter((at) => Date.parse(at) > last);
  const held = versionAt(profile, last);
  const to = (held ? held.valid_to : begins.sort()[0]) ?? null;
  const from = new Date(fromMs).toISOString();
  const before = profile.versions
    .filter((one) => Date.parse(one.valid_from) < fromMs)
    .map((one) => (one.valid_to && Date.parse(one.valid_to) <= fromMs ? one : { ...one, valid_to: from }));
  const after = profile.versions.filter((one) => Date.parse(one.valid_from) > last);
  return [...before, { ...EMPTY, ...anew, valid_from: from, valid_to: to }, ...after];
}

/** A version where none holds: it must not reach into one that comes later. */
function first(
  profile: Profile,
  anew: Partial<ProfileVersionIn>,
  since: "now" | "begin",
  nowMs: number,
): ProfileVersionIn {
  const ends = profile.versions
    .map(({ valid_to }) => valid_to ?? "")
    .filter((end) => Date.parse(end) <= nowMs);
  const begins = profile.versions.map(({ valid_from }) => valid_from).filter((at) => Date.parse(at) > nowMs);
  const last = ends.sort().at(-1) ?? ALWAYS;
  return {
    ...EMPTY,
    ...anew,
    valid_from: since === "begin" ? last : new Date(nowMs).toISOString(),
    valid_to: begins.sort()[0] ?? null,
  };
}

/** A version that asks nothing. */
export const EMPTY: ProfileVersionIn = { valid_from: ALWAYS, limits: [] };
