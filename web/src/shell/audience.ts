/** For whom a view is, beside the act it needs: customers see their own affairs, and the house has views of its own. */
import type { Session } from "@/shell/session";

/** What a customer may open: their goods, their tickets, and the views of things that the API reduces to what is theirs. */
const FOR_CUSTOMERS = new Set([
  "/own",
  "/own/report",
  "/own/tickets/:number",
  "/mine/waiting",
  "/places/lots/:key",
  "/places/shipments/:key",
  "/report/:kind/:key",
  "/setup/account",
]);
const CUSTOMERS_ONLY = /^\/own(\/|$)/;

type Reader = Pick<Session, "may" | "role">;

/** Whether the reader's log-in is a customer's. */
export function isCustomer({ role }: Pick<Session, "role">): boolean {
  return role === "customer";
}

/** Whether the view at this path exists for the reader. */
export function opens(reader: Reader, path: string, act: string | undefined): boolean {
  if (act && !reader.may(act)) return false;
  return isCustomer(reader) ? FOR_CUSTOMERS.has(path) : !CUSTOMERS_ONLY.test(path);
}

/** Whether the reader has work that is kept on the device. */
export function keepsWork(reader: Reader): boolean {
  return !isCustomer(reader) && reader.may("tickets.comment");
}
