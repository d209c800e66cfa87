/** What the view shows, as it stands in the page's address. */
import type { PlaceView } from "@/api/schema";
import type { Kind, Values } from "@/parts/filters";

export const FILTERS = { state: "list", site: "text" } as const satisfies Record<string, Kind>;
export const NO_FILTERS = { state: undefined, site: undefined };

export type NowFilters = Values<typeof FILTERS>;

/** The places that stand as was asked for; the API has put those at risk first. */
export function chosen(places: PlaceView[], { state }: NowFilters): PlaceView[] {
  return state ? places.filter((place) => state.includes(place.state)) : places;
}
