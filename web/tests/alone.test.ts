/** A single reading is seen, too. */
import { expect, it } from "vitest";
import { alone } from "@/parts/chart/alone";

it("finds what stands alone between gaps, and nothing that a line leads to", () => {
  expect(alone([null, 1, null])).toEqual([1]);
  expect(alone([1])).toEqual([0]);
  expect(alone([1, 2, null, 3, undefined, undefined, 4, null, undefined, 5])).toEqual([9]);
  expect(alone([undefined, 1, undefined, null])).toEqual([1]);
  expect(alone([])).toEqual([]);
});
