/** What each act asks for beside a reason, which acts need nothing, and which one comes first. The API says what is allowed. */
import type { TicketFull } from "@/api/schema";
import type { Act } from "@/views/ticket/asking";

export type FieldName =
  | "hold"
  | "proof"
  | "resolution"
  | "found"
  | "done"
  | "tried"
  | "plan"
  | "steps"
  | "into"
  | "due"
  | "score"
  | "text"
  | "owner"
  | "category"
  | "phase"
  | "priority"
  | "customer";

/** `none`: the act says nothing more; `optional`: one may say why. Where the API wants a reason, it is asked for anyway. */
interface Asks {
  fields: FieldName[];
  reason: "none" | "optional";
}

const nothing: Asks = { fields: [], reason: "none" };
const maybe: Asks = { fields: [], reason: "optional" };

export const ASKS: Partial<Record<Act, Asks>> = {
  accept: nothing,
  start: nothing,
  resume: nothing,
  arrive: nothing,
  assess: nothing,
  confirm: maybe,
  close: maybe,
  part: maybe,
  respond: maybe,
  decline: maybe,
  cancel: maybe,
  reopen: maybe,
  plan: { fields: ["plan", "steps"], reason: "none" },
  hand_over: { fields: ["tried"], reason: "optional" },
  hold: { fields: ["hold", "proof"], reason: "optional" },
  resolve: { fields: ["resolution", "found", "done"], reason: "optional" },
  survey: { fields: ["score", "text"], reason: "none" },
  improve: { fields: ["owner"], reason: "optional" },
  promise_anew: { fields: ["due"], reason: "optional" },
  correct: { fields: ["category", "phase", "priority", "customer"], reason: "optional" },
  merge: { fields: ["into"], reason: "optional" },
  join_parent: { fields: ["into"], reason: "optional" },
};

/** What ends something, and is therefore drawn in red. */
export const ENDS: readonly Act[] = ["cancel", "merge", "close_unanswered"];

/** What the act asks for. */
export function asksOf(act: Act): Asks {
  return ASKS[act] ?? maybe;
}

/** Whether it is done at one press. */
export function atOnce(act: Act, needsReason: boolean): boolean {
  return !needsReason && asksOf(act) === nothing;
}

const FIRST: Record<string, Act[]> = {
  pending: ["resume"],
  in_progress: ["resolve"],
  resolved: ["confirm", "close"],
  confirmed: ["survey"],
  surveyed: ["close_without_improvement", "improve"],
  improvement: ["close"],
  cancelled: ["reopen"],
};
const ALSO: Act[] = ["start", "resolve", "hold", "decline", "hand_over", "reopen", "improve"];
const BESIDE = 3;

/** What of a ticket decides which act comes next. */
export type Standing = Pick<TicketFull, "state" | "acts" | "live" | "taken_up">;

/** The act that comes next: somebody takes it up, who has it does the work, then it is confirmed and closed. */
function next({ state, acts, live, taken_up }: Standing, mine: boolean): Act | undefined {
  const may = (act: Act) => acts.includes(act);
  if (live && may("accept") && (!mine || !taken_up)) return "accept";
  return (FIRST[state] ?? ["start"]).find(may);
}

/** The acts in three groups: the one that comes next, what is often done now, and the rest. */
export function ordered(ticket: Standing, mine: boolean): [Act | undefined, Act[], Act[]] {
  const main = next(ticket, mine);
  const left = (ticket.acts as Act[]).filter(
    (act) => act !== main && !(act === "accept" && mine && ticket.taken_up),
  );
  const often = [...(FIRST[ticket.state] ?? []), ...ALSO];
  const shown = often.filter((act, i) => left.includes(act) && often.indexOf(act) === i).slice(0, BESIDE);
  return [main, shown, left.filter((act) => !shown.includes(act))];
}
