/** Figures, times and durations in both languages. */
import { describe, expect, it } from "vitest";
import { Format, offsetMs } from "@/parts/format";

const MINUTE = 60_000;
const en = new Format("en");
const zh = new Format("zh");

describe("Format", () => {
  it("writes a moment on the clocks of the place, whatever the reader's are", () => {
    expect(en.moment("2026-11-21T16:30:00+08:00")).toContain("16:30");
    expect(en.moment("2026-11-21T08:30:00Z", "Asia/Shanghai")).toContain("16:30");
    expect(zh.moment("2026-11-21T16:30:00+08:00")).toContain("2026年11月21日");
    expect(en.moment("2026-11-21T00:10:00-03:30")).toContain("21 Nov 2026");
  });

  it("knows the offset of a written time", () => {
    expect(offsetMs("2026-11-21T08:00:00Z")).toBeUndefined();
    expect(offsetMs("2026-11-21T08:00:00-03:30")).toBe(-210 * MINUTE);
  });

  it("tells a stretch in its two largest units", () => {
    expect(en.duration(134 * MINUTE)).toBe("2h 14m");
    expect(en.duration(30_000)).toBe("30s");
    expect(en.duration(26 * 60 * MINUTE)).toBe("1d 2h");
    expect(en.duration(24 * 60 * MINUTE + 5 * MINUTE)).toBe("1d");
    expect(zh.duration(134 * MINUTE)).toContain("小时");
  });

  it("says how long ago in the unit that fits", () => {
    const now = Date.parse("2026-11-21T08:00:00Z");
    expect(en.relative("2026-11-21T07:46:00Z", now)).toContain("14 min");
    expect(zh.relative("2026-11-21T07:46:00Z", now)).toContain("14分钟前");
  });

  it("puts a unit behind its figure and a dash where there is none", () => {
    expect(en.value(1234.56, "°C")).toBe("1,234.6\u00a0°C");
    expect(en.value(null, "°C")).toBe("–");
  });
});
