/** My work: asked of the service and kept here, so that it opens without a network, and says how old it is. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { asProblem, silent } from "@/api/problem";
import type { AlarmView, TicketFull } from "@/api/schema";
import { hearTime } from "@/offline/clock";
import { type Kept, keepWork, keptWork } from "@/offline/store";
import type { Session } from "@/shell/session";
import { language } from "@/texts";

const MOST = 50;
const AT_ONCE = 4;
const REST_MS = 300_000;

/** `kept`: there is no network, this is what was read at `at`. */
export interface Work extends Kept {
  kept: boolean;
}

/** Who moves tickets has those that were given to them; who carries or keeps goods those of the place. */
function whose(session: Session) {
  return session.may("tickets.move") && session.role !== "customer" ? { assignee: "me" } : {};
}

async function ask(session: Session, before: Kept | undefined, signal: AbortSignal): Promise<Kept> {
  const query = { live: true, sort: "deadline" as const, limit: MOST, ...whose(session) };
  const { data, response } = await api.GET("/api/v1/tickets", { params: { query }, signal });
  hearTime(response);
  const lang = language();
  const known = new Map(before?.lang === lang ? before.tickets.map((one) => [one.number, one] as const) : []);
  const rows = data?.items ?? [];
  const tickets: TicketFull[] = [];
  for (let i = 0; i < rows.length; i += AT_ONCE) {
    const asked = rows.slice(i, i + AT_ONCE).map(async ({ number, version }) => {
      const found = known.get(number);
      // A comment is no new version: what is shown is asked for by its own view.
      if (found?.version === version) return found;
      return (await api.GET("/api/v1/tickets/{number}", { params: { path: { number } }, signal })).data;
    });
    for (const one of await Promise.all(asked)) if (one) tickets.push(one);
  }
  return { at: new Date().toISOString(), lang, tickets, alarms: await alarmsOf(session, signal) };
}

async function alarmsOf(session: Session, signal: AbortSignal): Promise<AlarmView[]> {
  if (!session.may("alarms.acknowledge")) return [];
  const query = { active: true, acked: false, limit: MOST };
  return (await api.GET("/api/v1/alarms", { params: { query }, signal })).data?.items ?? [];
}

async function workOf(session: Session, signal: AbortSignal): Promise<Work> {
  const before = await keptWork(session.name);
  try {
    const work = await ask(session, before, signal);
    await keepWork(session.name, work);
    return { ...work, kept: false };
  } catch (thrown) {
    if (!silent(asProblem(thrown)) || signal.aborted || !before) throw thrown;
    return { ...before, kept: true };
  }
}

/** The question; its key names the path of tickets, so that their changes ask it again. */
export function workOptions(session: Session) {
  return queryOptions({
    queryKey: ["work", "/api/v1/tickets", session.name],
    queryFn: ({ signal }) => workOf(session, signal),
    retry: false,
    refetchInterval: REST_MS,
  });
}

/** A ticket as it was kept here, whatever its number is written like. */
export async function keptTicket(
  owner: string,
  number: string,
): Promise<(Kept & { one: TicketFull }) | undefined> {
  const work = await keptWork(owner);
  const one = work?.tickets.find((each) => each.number === number);
  return work && one ? { ...work, one } : undefined;
}
