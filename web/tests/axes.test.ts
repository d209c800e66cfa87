/** What stands beside an axis, and what is told of the moment under the pointer. */
import { describe, expect, it } from "vitest";
import { digitsOf, endLabels, timeLabels } from "@/parts/chart/axes";
import { extent } from "@/parts/chart/columns";
import { nearest, placeOf, told } from "@/parts/chart/readout";
import { Format } from "@/parts/format";
import { limitLines } from "@/views/places/facts";
import { runs, steps } from "@/views/report/Curve";

const NOON = Date.UTC(2026, 10, 21, 4) / 1000;
const ZONE = "Asia/Shanghai";
const WORDS = { nothing: "nothing heard", doubted: "doubted" };

describe("labels of an axis", () => {
  it.each([0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 10])("are all different at steps of %d", (step) => {
    const format = new Format("en");
    const labels = Array.from({ length: 20 }, (_, i) => format.value(19.5 + i * step, "°C", digitsOf(step)));
    expect(new Set(labels).size).toBe(20);
  });

  it("name the day where it is new, in the zone of the place", () => {
    const splits = [NOON, NOON + 21_600, NOON + 43_200];
    expect(timeLabels(splits, 21_600, new Format("en"), ZONE)).toEqual([
      "12:00\n21 Nov",
      "18:00",
      "00:00\n22 Nov",
    ]);
    expect(timeLabels(splits, 21_600, new Format("zh"), ZONE)).toEqual([
      "12:00\n11月21日",
      "18:00",
      "00:00\n11月22日",
    ]);
  });

  it.each([0.001, 0.05, 0.5, 1, 5, 30, 60, 300, 3_600])("name no moment twice at steps of %d s", (step) => {
    const splits = Array.from({ length: 12 }, (_, i) => NOON + i * step);
    for (const lang of ["en", "zh"]) {
      const labels = timeLabels(splits, step, new Format(lang), ZONE).filter(Boolean);
      expect(new Set(labels).size).toBe(labels.length);
    }
  });

  it.each([0.5, 20, 600, 40_000, 864_000])("at the ends of %d s differ", (length) => {
    for (const coarsest of ["day", "short"] as const) {
      const ends = [NOON, NOON + length].map((at) => at + 0.2);
      const labels = endLabels(ends, new Format("en"), ZONE, coarsest);
      expect(new Set(labels).size).toBe(length < 1 ? 1 : 2);
    }
  });

  it("are days, then months, from afar", () => {
    expect(timeLabels([NOON], 86_400, new Format("zh"), ZONE)).toEqual(["11月21日"]);
    expect(timeLabels([NOON], 30 * 86_400, new Format("zh"), ZONE)).toEqual(["2026年11月"]);
  });
});

describe("the moment under the pointer", () => {
  const mean = [4, undefined, undefined, 5, null, 6];
  const curve = {
    key: "1",
    label: "a",
    unit: "°C",
    min: [3, 3, 3, 5, null, 6],
    mean,
    max: [5, 5, 5, 5, null, 6],
  };

  it("is the nearest in time", () => {
    expect([0, 14, 16, 99].map((at) => placeOf([0, 10, 20, 30], at))).toEqual([0, 1, 2, 3]);
  });

  it("is told by the nearest reading that a line leads to, and by nothing in a gap", () => {
    expect([0, 1, 2, 3, 4, 5].map((at) => nearest(mean, at))).toEqual([0, 0, 3, 3, undefined, 5]);
    expect(told(curve, 4, new Format("en"), WORDS)).toBe("nothing heard");
    expect(told(curve, 0, new Format("en"), WORDS)).toBe("4\u00a0°C (3 … 5)");
    expect(told({ ...curve, suspect: [true] }, 5, new Format("en"), WORDS)).toBe("6\u00a0°C");
  });
});

describe("a door", () => {
  const door = { key: "1", label: "door", unit: "", states: ["closed", "open"] as const };
  const curve = { ...door, min: [0, 0, 1, null], mean: [0, 0.2, 1, null], max: [0, 1, 1, null] };

  it("is told in words, and one word after the other where it was both", () => {
    const said = [0, 1, 2, 3].map((at) => told(curve, at, new Format("en"), WORDS));
    expect(said).toEqual(["closed", "closed … open", "open", "nothing heard"]);
  });

  it("stands between closed and open, with room for both", () => {
    const [low, high] = extent({ time: [1, 2, 3, 4], curves: [curve] });
    expect([low, high]).toEqual([-0.2, 1.2]);
    expect(extent({ time: [1], curves: [{ ...curve, max: [0] }] })).toEqual([low, high]);
  });

  it("stays as it was until it is told otherwise", () => {
    expect(steps(runs([10, 20, 30, 40], [0, 1, null, 1])[0] ?? [])).toEqual([
      [10, 0],
      [20, 0],
      [20, 1],
    ]);
  });
});

describe("limits over time", () => {
  const held = (from: string, to: string) => ({
    quantity: "temperature",
    limit: 8,
    side: "high",
    severity: "critical",
    unit: "°C",
    from,
    to,
  });

  it("are one line where one follows the other, in whatever order they are told", () => {
    const [early, late] = [
      held("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"),
      held("2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z"),
    ];
    for (const all of [
      [early, late],
      [late, early],
    ]) {
      const lines = limitLines(all as never, "temperature", new Format("en"));
      expect(lines.map(({ from, to }) => [from, to])).toEqual([
        [Date.UTC(2026, 10, 20) / 1000, Date.UTC(2026, 10, 23) / 1000],
      ]);
    }
  });
});
