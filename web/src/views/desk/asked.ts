/** What the desk can be asked for, as it stands in the page's address and as the API takes it. */
import type { Asked } from "@/api/lists";
import type { Kind, Values } from "@/parts/filters";

export const FILTERS = {
  state: "list",
  kind: "list",
  priority: "list",
  assignee: "text",
  unassigned: "flag",
  overdue: "flag",
  done: "flag",
  text: "text",
  site: "text",
  zone: "text",
} as const satisfies Record<string, Kind>;

export type DeskFilters = Values<typeof FILTERS>;
type Question = Asked<"/api/v1/tickets">;

/** The API's question: open work in the order of what comes first, done work the newest first. */
export function asked({ done = false, ...filters }: DeskFilters): Question {
  return { ...filters, live: !done, sort: done ? "newest" : "deadline" } as Question;
}
