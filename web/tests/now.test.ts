/** Places on a map: they fill it, lie to each other as on the earth, and never cover each other. */
import { describe, expect, it } from "vitest";
import { cutOf, HEIGHT, planOf, WIDTH } from "@/views/now/project";

const at = (key: string, latitude: number, longitude: number) => ({ key, latitude, longitude });
const spot = (plan: ReturnType<typeof planOf>, key: string) => {
  const found = plan.spots.find((one) => one.key === key);
  if (!found) throw new Error(key);
  return found;
};

describe("planOf", () => {
  it("has north above and west on the left", () => {
    const plan = planOf([at("riga", 56.9, 24.1), at("jinan", 36.6, 117.1), at("lima", -12, -77)]);
    expect(spot(plan, "riga").y).toBeLessThan(spot(plan, "jinan").y);
    expect(spot(plan, "lima").x).toBeLessThan(spot(plan, "riga").x);
    expect(plan.lines.length).toBeGreaterThan(4);
  });

  it("stays within its frame, whatever comes", () => {
    const places = Array.from({ length: 200 }, (_, n) => at(`s${n}`, (n * 37) % 90, ((n * 91) % 360) - 180));
    for (const { x, y } of planOf(places).spots) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(WIDTH);
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(HEIGHT);
    }
  });

  it("does not tear apart what lies on both sides of the date line", () => {
    const plan = planOf([at("fiji", -18, 178), at("samoa", -14, -172), at("auckland", -37, 175)]);
    expect(spot(plan, "fiji").x).toBeLessThan(spot(plan, "samoa").x);
    expect(spot(plan, "auckland").x).toBeLessThan(spot(plan, "fiji").x);
  });

  it("parts sites at the very same position", () => {
    const plan = planOf([at("a", 30, 120), at("b", 30, 120), at("c", 30, 120)]);
    const xs = new Set(plan.spots.map(({ x, y }) => `${Math.round(x)} ${Math.round(y)}`));
    expect(xs.size).toBe(3);
  });

  it("shows one site in the middle", () => {
    const { x, y } = spot(planOf([at("only", 90, 0)]), "only");
    expect([x, y]).toEqual([WIDTH / 2, HEIGHT / 2]);
    expect(planOf([]).spots).toEqual([]);
  });

  it("cuts the earth where nobody is", () => {
    expect(cutOf([100, 120])).toBe(290);
  });
});
