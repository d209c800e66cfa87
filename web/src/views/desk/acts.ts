/** What may be done to tickets from the desk, as far as a list knows it; the API has the last word on each. */
import type { TicketView } from "@/api/schema";
import type { Session } from "@/shell/session";
import { type Act, isMine } from "@/views/ticket/asking";

const STAFF = new Set(["admin", "supervisor", "engineer", "quality"]);

/** What is offered for many at once. */
export const IN_BULK: Act[] = [
  "accept",
  "start",
  "decline",
  "hold",
  "resume",
  "hand_over",
  "resolve",
  "close",
  "merge",
  "cancel",
  "reopen",
];

/** Whether the reader moves tickets for the desk. */
export function worksHere(session: Session): boolean {
  return session.may("tickets.move") && STAFF.has(session.role);
}

/** What is offered on a line: taking it up or not taking it. */
export function quick(ticket: TicketView, session: Session): Act[] {
  if (!worksHere(session) || !ticket.live) return [];
  const mine = isMine(session, ticket.assignee);
  const free = ticket.assignee === null;
  if (mine && !ticket.taken_up) return ["accept", "decline"];
  return free ? ["accept"] : [];
}
