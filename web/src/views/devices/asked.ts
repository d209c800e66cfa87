/** What the list of devices can be asked for, as it stands in the page's address. */
import type { Kind } from "@/parts/filters";

export const FILTERS = {
  site: "text",
  place: "text",
  gateway: "text",
  standing: "flag",
} as const satisfies Record<string, Kind>;

export const NO_FILTERS = { site: undefined, place: undefined, gateway: undefined, standing: undefined };

const MISSED = 3;
const AT_LEAST_S = 600;
/** Where nobody said how often it speaks. */
const USUAL_S = 3 * 3_600;

/** After how many seconds without a reading one has to look: three messages missed in a row. */
export function staleAfterS(intervalS: number | null): number {
  return intervalS === null ? USUAL_S : Math.max(AT_LEAST_S, MISSED * intervalS);
}
