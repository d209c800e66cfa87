/** How something that waited is sent, and what a refusal means. */
import { api, ifMatch } from "@/api/client";
import { type ApiProblem, asProblem } from "@/api/problem";
import type { MoveIn, Step, TicketFull } from "@/api/schema";
import type { Deed, Refused, Seen, Waiting } from "@/offline/nouns";

const TOO_LONG_AGO = "too_long_ago";

/** Sent; `seen` is the ticket as it is after an act. */
export interface Sent {
  seen?: Seen;
}

/** How a ticket is seen now. */
export function seenOf(ticket: TicketFull): Seen {
  return { version: ticket.version, steps: ticket.history.length };
}

type Doing<K extends Deed["kind"]> = (one: Waiting, deed: Extract<Deed, { kind: K }>) => Promise<Sent>;
const WAYS: { [K in Deed["kind"]]: Doing<K> } = {
  move,
  comment: async (one, { number, text, public: open }) => {
    const params = { path: { number }, header: once(one) };
    const body = { text, public: open, ...ownTime(one) };
    await api.POST("/api/v1/tickets/{number}/comments", { params, body });
    return {};
  },
  photo: async (one, { number, bytes, type, public: open }) => {
    const query = { public: open, ...(one.now ? {} : { taken: one.at }) };
    await api.POST("/api/v1/tickets/{number}/photos", {
      params: { path: { number }, query, header: once(one) },
      headers: { "Content-Type": type },
      body: bytes as unknown as string,
      bodySerializer: (body: unknown) => body as BodyInit,
    } as never);
    return {};
  },
  scan: async (one, { first, second }) => {
    const body = { client_id: one.key, first, second, note: "", ...(one.now ? {} : { time: one.at }) };
    await api.POST("/api/v1/scans", { body });
    return {};
  },
  acknowledge: async (one, { alarm }) => {
    await api.POST("/api/v1/alarms/{id}/acknowledge", {
      params: { path: { id: alarm } },
      body: { comment: "", ...ownTime(one) },
    });
    return {};
  },
};

function once({ key }: Waiting) {
  return { "idempotency-key": key };
}

function ownTime({ at, now }: Waiting) {
  return now ? {} : { at };
}

/** Send it. Throws `ApiProblem`. */
export function send(one: Waiting): Promise<Sent> {
  return (WAYS[one.deed.kind] as Doing<Deed["kind"]>)(one, one.deed as never);
}

async function move(one: Waiting, { number, body }: Extract<Deed, { kind: "move" }>): Promise<Sent> {
  const header = { ...once(one), ...(one.seen ? ifMatch(one.seen.version) : {}) };
  const { data } = await api.POST("/api/v1/tickets/{number}/transitions", {
    params: { path: { number }, header },
    body: { ...body, ...ownTime(one) } as MoveIn,
  });
  return data ? { seen: seenOf(data) } : {};
}

/** Steps of others; what the system reckons anew stands in nobody's way. */
function ofOthers(steps: Step[], owner: string): Step[] {
  return steps.filter(({ principal }) => principal !== "system" && principal !== owner);
}

async function lookAgain(number: string): Promise<TicketFull | undefined> {
  try {
    const params = { path: { number } };
    return (await api.GET("/api/v1/tickets/{number}", { params })).data;
  } catch {
    return undefined;
  }
}

/** What is to be done about a refusal: nothing stands against it but a new version, or it has to be shown. */
export async function judged(one: Waiting, thrown: unknown): Promise<{ seen: Seen } | { refused: Refused }> {
  const problem = asProblem(thrown);
  const { deed } = one;
  const late = problem.errors.some(({ code }) => code === TOO_LONG_AGO);
  const anew = deed.kind === "acknowledge" && problem.code === "changed_meanwhile";
  if (deed.kind !== "move")
    return { refused: asRefused(problem, [], anew || (late && deed.kind !== "scan")) };
  const ticket = await lookAgain(deed.number);
  const possible = ticket?.acts.includes(deed.body.act) ?? false;
  const others = ticket && one.seen ? ofOthers(ticket.history.slice(one.seen.steps), one.owner) : [];
  if (problem.code === "changed_meanwhile" && ticket && possible && others.length === 0)
    return { seen: seenOf(ticket) };
  const told = others.length > 0 ? others : problem.meanwhile.map(stepOf);
  const conflict = late || problem.code === "changed_meanwhile" || problem.refusal === "moved_on";
  return { refused: asRefused(problem, told, conflict && possible) };
}

function stepOf(event: ApiProblem["meanwhile"][number]): Refused["meanwhile"][number] {
  return {
    act: event.act.replace(/^ticket[._]/, ""),
    principal: event.principal,
    reason: event.reason,
    time: event.time,
  };
}

function asRefused(problem: ApiProblem, meanwhile: Refused["meanwhile"], anyway: boolean): Refused {
  const { code, status, title, detail, errors } = problem;
  const why = errors.map(({ message }) => message).join(" ");
  return {
    code,
    status,
    title,
    detail: why || detail,
    meanwhile: meanwhile.map(({ act, principal, reason, time }) => ({ act, principal, reason, time })),
    anyway,
  };
}
