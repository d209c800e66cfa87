/** What becomes of a version while somebody edits it. */
import { useState } from "react";
import type { Profile, ProfileBandIn, ProfileVersionIn } from "@/api/schema";
import { asFile, asWhole, difference, EMPTY, tried, versionAt } from "@/views/rules/limits";
import type { Tried } from "@/views/rules/Trial";

export function useDraft(profile: Profile) {
  const [present] = useState<ProfileVersionIn>(() => versionAt(profile, Date.now()) ?? EMPTY);
  const limits = present.limits ?? [];
  const [draft, setDraft] = useState<ProfileBandIn[]>(limits);
  const [asks, setAsks] = useState<Partial<ProfileVersionIn>>({});
  const otherwise = Object.entries(asks).filter(
    ([name, value]) => JSON.stringify(present[name as never] ?? null) !== JSON.stringify(value ?? null),
  );
  const found = difference(limits, draft);
  const changed =
    otherwise.length + found.added.length + found.removed.length + Object.keys(found.edits).length > 0;
  const anew: Partial<ProfileVersionIn> = { ...Object.fromEntries(otherwise), limits: draft };
  return {
    limits,
    draft,
    asks: { ...present, ...asks },
    /** What is to be kept of it. */
    anew,
    changed,
    /** What a back-test of it tries. */
    trials: trialsOf(profile.key, found, { ...present, ...anew }),
    ask: (some: Partial<ProfileVersionIn>) => setAsks((before) => ({ ...before, ...some })),
    change: (band: string, some: Partial<ProfileBandIn>) =>
      setDraft((before) => before.map((one) => (one.band === band ? { ...one, ...some } : one))),
    /** Put a limit in its place, or at the end. */
    put: (band: ProfileBandIn) =>
      setDraft((before) =>
        before.some((one) => one.band === band.band)
          ? before.map((one) => (one.band === band.band ? band : one))
          : [...before, band],
      ),
    remove: (band: ProfileBandIn) => setDraft((before) => before.filter((one) => one.band !== band.band)),
  };
}

/** Figures one limit at a time, as its own lane; anything more as the whole profile. */
function trialsOf(
  profile: string,
  found: ReturnType<typeof difference>,
  version: Partial<ProfileVersionIn>,
): Tried[] {
  if (asWhole(found)) return [{ rule: "", change: null, file: asFile(profile, version) }];
  return Object.entries(found.edits).flatMap(([band, edit]) => {
    const change = tried(edit);
    return Object.keys(change).length > 0 ? [{ rule: `${profile}/${band}`, change, file: "" }] : [];
  });
}
