/** What the desk can be asked for, as it stands in the page's address and as the API takes it. */
import type { Asked } from "@/api/lists";
import type { Kind, Values } from "@/parts/filters";

export const FILTERS = {
  view: "text",
  state: "list",
  kind: "list",
  priority: "list",
  assignee: "text",
  team: "text",
  unassigned: "flag",
  overdue: "flag",
  done: "flag",
  text: "text",
  customer: "text",
  site: "text",
  zone: "text",
  sort: "text",
} as const satisfies Record<string, Kind>;

export type DeskFilters = Values<typeof FILTERS>;
type Question = Asked<"/api/v1/tickets">;
export const SORTS = ["deadline", "act_by", "priority", "newest"] as const;

/** Which tickets: without how they are shown and in what order. */
export function which({
  done = false,
  view: _view,
  sort: _sort,
  ...filters
}: DeskFilters): Omit<Question, "sort"> {
  return { ...filters, live: !done } as Question;
}

/** The API's question: open work in the order of what comes first, done work the newest first. */
export function asked(filters: DeskFilters): Question {
  const sort = SORTS.find((one) => one === filters.sort) ?? (filters.done ? "newest" : "deadline");
  return { ...which(filters), sort } as Question;
}
