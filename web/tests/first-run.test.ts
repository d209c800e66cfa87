/** Keys that follow names. */
import { describe, expect, it } from "vitest";
import { keyFrom } from "@/views/first-run/keys";

const KEY = /^[a-z0-9][a-z0-9_-]{0,63}$/;

describe("keyFrom", () => {
  it("is what people would have written", () => {
    expect(keyFrom("North hall 2", "zone", [])).toBe("north-hall-2");
    expect(keyFrom("Málaga – Süd", "site", [])).toBe("malaga-sud");
  });
  it("counts where a name is taken or in another script", () => {
    expect(keyFrom("Hall", "zone", ["hall", "hall-2"])).toBe("hall-3");
    expect(keyFrom("一号冷库", "zone", ["zone-1"])).toBe("zone-2");
    expect(keyFrom("北海 A", "site", [])).toBe("site-1");
  });
  it("is always a key", () => {
    for (const name of ["", "---", "🙂", "x".repeat(300), "<img onerror=alert(1)>", "Ω"])
      expect(keyFrom(name, "zone", [])).toMatch(KEY);
  });
});
