/** What a chart draws: gaps stay gaps, limits are always in sight, moving keeps its measure. */
import { describe, expect, it } from "vitest";
import { columns, extent } from "@/parts/chart/columns";
import { panned, zoomed } from "@/parts/chart/moving";
import type { Picture } from "@/parts/chart/nouns";

const curve = { key: "1", label: "a", unit: "°C", min: [1, null, 3], mean: [2, null, 4], max: [3, null, 5] };
const picture: Picture = { time: [10, 20, 30], curves: [curve] };

describe("columns", () => {
  it("keep a gap as null", () =>
    expect(columns(picture)).toEqual([
      [10, 20, 30],
      [1, null, 3],
      [2, null, 4],
      [3, null, 5],
    ]));

  it("put what is expected on the same axis without closing gaps", () => {
    const [time, , mean, , p10] = columns({
      ...picture,
      forecast: { time: [30, 40], p10: [3, 4], p50: [4, 5], p90: [5, 6] },
    });
    expect(time).toEqual([10, 20, 30, 40]);
    expect(mean).toEqual([2, null, 4, undefined]);
    expect(p10).toEqual([undefined, undefined, 3, 4]);
  });
});

describe("extent", () => {
  it("shows limits that nothing has come near", () => {
    const [low, high] = extent({
      ...picture,
      limits: [{ value: -20, label: "", side: "low", severity: "alarm" }],
    });
    expect(low).toBeLessThan(-20);
    expect(high).toBeGreaterThan(5);
  });

  it("draws something where there is nothing", () =>
    expect(extent({ time: [], curves: [] })).toEqual([0, 1]));
});

describe("moving", () => {
  it("back and forth leads to where it began", () => {
    const there = zoomed(panned([0, 1000], 0.3), 1 / 1.25, 0.2);
    const [from, to] = panned(zoomed(there, 1.25, 0.2), -0.3);
    expect(from).toBeCloseTo(0);
    expect(to).toBeCloseTo(1000);
  });

  it("ends at ten seconds", () => expect(zoomed([0, 10], 0.1)).toEqual([0, 10]));
});
