/** Limits of a profile as one edits them: what holds now, what was changed, and the profile that comes of it. */
import type { Profile, ProfileBandIn, ProfileIn, ProfileVersionIn } from "@/api/schema";

export type Figure = "limit" | "deadband" | "on_delay_s" | "min_samples";
export const FIGURES: Figure[] = ["limit", "deadband", "on_delay_s", "min_samples"];

/** The version by which goods are judged at a moment; undefined: none. */
export function versionAt(profile: Profile, atMs: number): ProfileVersionIn | undefined {
  return profile.versions.find(
    (one) => Date.parse(one.valid_from) <= atMs && (!one.valid_to || atMs < Date.parse(one.valid_to)),
  );
}

/** What is changed of the bands, by their name. */
export type Edits = Record<string, Partial<ProfileBandIn>>;

/** The edits without those that say what holds anyway. */
export function changed(limits: ProfileBandIn[], edits: Edits): Edits {
  const found: Edits = {};
  for (const band of limits) {
    const said = Object.entries(edits[band.band] ?? {});
    const other = said.filter(([name, value]) => band[name as keyof ProfileBandIn] !== value);
    if (other.length > 0) found[band.band] = Object.fromEntries(other);
  }
  return found;
}

/** What of an edit a back-test can try; a severity changes no finding. */
export function tried(edit: Partial<ProfileBandIn>): Partial<Pick<ProfileBandIn, Figure>> {
  const figures = FIGURES.filter((name) => edit[name] !== undefined).map((name) => [name, edit[name]]);
  return Object.fromEntries(figures) as Partial<Pick<ProfileBandIn, Figure>>;
}

export type Since = "now" | "begin";

/** The profile with other limits: from `nowMs` on as a version of its own, or since the present version began. */
export function edited(profile: Profile, edits: Edits, since: Since, nowMs: number): ProfileIn {
  const { id: _id, key: _key, version: _version, ...body } = profile;
  const present = versionAt(profile, nowMs);
  if (!present) return body;
  const limits = (present.limits ?? []).map((band) => ({ ...band, ...edits[band.band] }));
  const at = new Date(nowMs).toISOString();
  const anew = since === "begin" || present.valid_from === at;
  const instead: ProfileVersionIn[] = anew
    ? [{ ...present, limits }]
    : [
        { ...present, valid_to: at },
        { ...present, valid_from: at, limits },
      ];
  return { ...body, versions: body.versions.flatMap((one) => (one === present ? instead : [one])) };
}
