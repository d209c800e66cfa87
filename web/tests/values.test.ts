/** What a form sends is what was said in it, and nothing else; what a change of limits makes of a profile. */
import { describe, expect, it } from "vitest";
import { faultsOf } from "@/api/problem";
import type { Profile, ProfileBandIn } from "@/api/schema";
import { differences } from "@/views/rules/history";
import { asFile, asWhole, difference, edited, tried } from "@/views/rules/limits";
import { placed } from "@/views/rules/outcome";
import { bodyOf, differing, localOf, momentOf, valuesOf } from "@/views/setup/lists/values";
import { GROUPS, SHAPES, shapeOf } from "@/views/setup/shapes";

const zones = shapeOf("zones")?.fields ?? [];
const people = shapeOf("people")?.fields ?? [];

describe("a form", () => {
  it("knows every list, each in one group", () => {
    const grouped = Object.values(GROUPS).flat();
    expect([...grouped].sort()).toEqual(SHAPES.map(({ list }) => list).sort());
  });
  it("sends nothing that was not said, and empties as the API calls it", () => {
    expect(bodyOf(zones, {})).toEqual({});
    expect(bodyOf(zones, { name: "", site: "", area_m2: null, kind: null })).toEqual({
      name: "",
      site: null,
      area_m2: null,
    });
  });
  it("sends the parts of an object by the same rule", () => {
    const values = {
      certificates: [
        { skill: "gas", expires: null },
        { skill: "", number: "7" },
      ],
    };
    expect(bodyOf(people, values)).toEqual({
      certificates: [
        { skill: "gas", expires: null },
        { skill: "", number: "7" },
      ],
    });
  });
  it("shows only its own fields, and notices what differs", () => {
    const kept = { id: "1", key: "a", version: 3, name: "A", codes: [] };
    expect(valuesOf(zones, kept)).toEqual({ name: "A", codes: [] });
    expect(differing(zones, { name: "A" }, { name: "B", codes: [] }).map(({ name }) => name)).toEqual([
      "name",
    ]);
  });
  it("puts a fault at its field", () => {
    const errors = [
      { location: "body/time_zone", message: "no zone" },
      { location: "body/certificates/0/skill", message: "missing" },
      { location: "body", message: "all of it" },
    ];
    expect(faultsOf(errors)).toEqual({ time_zone: "no zone", certificates: "missing" });
  });
  it("keeps a moment through its input", () => {
    expect(momentOf(localOf("2026-11-22T08:30:00Z"))).toBe("2026-11-22T08:30:00.000Z");
    expect([localOf("2001-01-01T00:00:00Z"), localOf(null), momentOf("")]).toEqual(["", "", null]);
  });
});

const BAND = {
  band: "warm",
  quantity: "temperature",
  side: "high",
  limit: 8,
  on_delay_s: 60,
} as ProfileBandIn;
const NOW_MS = Date.parse("2026-11-22T10:00:00Z");
const PROFILE = {
  id: "1", key: "p", version: 4, name: "P",
  versions: [
    { valid_from: "2025-01-01T00:00:00Z", valid_to: "2026-01-01T00:00:00Z", limits: [] },
    { valid_from: "2026-01-01T00:00:00Z", valid_to: null, limits: [BAND] },
  ],
} as unknown as Profile; // biome-ignore format: short

describe("changed limits", () => {
  it("are those that differ, and a severity alone is nothing to try", () => {
    const figures = difference([BAND], [{ ...BAND, on_delay_s: 90 }]);
    expect(figures).toEqual({ edits: { warm: { on_delay_s: 90 } }, added: [], removed: [] });
    expect([difference([BAND], [{ ...BAND }]).edits, asWhole(figures)]).toEqual([{}, false]);
    expect(tried({ severity: "critical" })).toEqual({});
  });
  it("that are new or left out are tried with the whole profile, in the words of a registry file", () => {
    const cold = { ...BAND, band: "cold", side: "low", limit: 2, off: 'said "no"\n', stages: ["transport"] };
    const found = difference([BAND], [cold as ProfileBandIn]);
    expect([found.added, found.removed, asWhole(found)]).toEqual([["cold"], ["warm"], true]);
    const file = asFile("p", { interval_s: 600, limits: [cold as ProfileBandIn] });
    expect(file).toContain('key = "p"\ninterval = "600 s"\n[[profile.band]]\nband = "cold"');
    expect(file).toContain('off = "said \\"no\\"\\n"\nstages = ["transport"]');
  });
  it("of a profile without a version begin one, before any that comes later", () => {
    const later = { valid_from: "2027-01-01T00:00:00Z", valid_to: null, limits: [] };
    const bare = { ...PROFILE, versions: [later] } as unknown as Profile;
    const [, made] = edited(bare, { limits: [BAND] }, "begin", NOW_MS).versions ?? [];
    expect([made?.valid_from, made?.valid_to]).toEqual(["2001-01-01T00:00:00Z", later.valid_from]);
  });
  it("hold from now on, and what was judged before stays", () => {
    const body = edited(PROFILE, { limits: [{ ...BAND, limit: 9 }] }, "now", NOW_MS);
    expect(body.versions?.map((one) => [one.valid_to ?? null, one.limits?.[0]?.limit])).toEqual([
      ["2026-01-01T00:00:00Z", undefined],
      ["2026-11-22T10:00:00.000Z", 8],
      [null, 9],
    ]);
    expect(Object.keys(body)).not.toContain("version");
  });
  it("or since the version began", () => {
    const body = edited(PROFILE, { limits: [{ ...BAND, limit: 9 }] }, "begin", NOW_MS);
    expect(body.versions?.map((one) => one.limits?.[0]?.limit)).toEqual([undefined, 9]);
  });
  it("hold from a date back, over what was in force since", () => {
    const from = Date.parse("2025-06-01T00:00:00Z");
    const body = edited(PROFILE, { limits: [{ ...BAND, limit: 9 }] }, from, NOW_MS);
    const told = body.versions?.map((one) => [one.valid_from, one.valid_to ?? null, one.limits?.[0]?.limit]);
    expect(told).toEqual([
      ["2025-01-01T00:00:00Z", "2025-06-01T00:00:00.000Z", undefined],
      ["2025-06-01T00:00:00.000Z", null, 9],
    ]);
  });
  it("or from a date ahead, until another that was dated ahead begins", () => {
    const ahead = [
      PROFILE.versions[0],
      { ...PROFILE.versions[1], valid_to: "2027-06-01T00:00:00Z" },
      { valid_from: "2027-06-01T00:00:00Z", valid_to: null, limits: [] },
    ];
    const profile = { ...PROFILE, versions: ahead } as Profile;
    const from = Date.parse("2027-01-01T00:00:00Z");
    const body = edited(profile, { limits: [{ ...BAND, limit: 9 }] }, from, NOW_MS);
    const told = body.versions?.map((one) => [one.valid_to ?? null, one.limits?.[0]?.limit]);
    expect(told).toEqual([
      ["2026-01-01T00:00:00Z", undefined],
      ["2027-01-01T00:00:00.000Z", 8],
      ["2027-06-01T00:00:00Z", 9],
      [null, undefined],
    ]);
  });
  it("stand in the history with what they were", () => {
    const was = { versions: [{ limits: [{ band: "warm", limit: 8, on_delay_us: 60_000_000 }] }] };
    const is = {
      versions: [{ limits: [{ band: "warm", limit: 9, on_delay_us: 60_000_000 }, { band: "frost" }] }],
    };
    expect(differences(was, is)).toEqual([
      { band: "warm", field: "limit", old: 8, new: 9 },
      { band: "frost", field: "band", old: null, new: "frost" },
    ]);
  });
  it("are drawn inside the window, however short", () => {
    const window = { from_us: 0, to_us: 1_000_000 };
    expect(placed(window, -5, 500_000)).toEqual({ x: 0, width: 500 });
    expect(placed(window, 999_999, null)).toEqual({ x: 997, width: 3 });
  });
});
