/** A change asks again for what it touches. */
import { describe, expect, it } from "vitest";
import { affected } from "@/live/affected";

describe("affected", () => {
  it("knows what a ticket touches", () => expect(affected("ticket:0199")).toContain("/api/v1/tickets"));
  it("guesses the list of a kind by its name", () =>
    expect(affected("device_model:x")).toContain("/api/v1/device-models"));
});
