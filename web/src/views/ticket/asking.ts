/** What the views of tickets ask the API: the ticket, the words of its life, and acts on it. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, ask, ifMatch } from "@/api/client";
import { asProblem } from "@/api/problem";
import { queries } from "@/api/queries";
import type { MoveIn, NameView, StatesView, Step, TicketFull, TicketView } from "@/api/schema";
import { type Session, useSession } from "@/shell/session";
import { selectionOf } from "@/views/ticket/subject";

export type Act = MoveIn["act"];
/** An act with what is said along with it. */
export type Deed = Partial<MoveIn> & { act: Act };

function asked(number: string) {
  return { params: { path: { number } } };
}

function keyOf(number: string) {
  return ask.queryOptions("get", "/api/v1/tickets/{number}", asked(number)).queryKey;
}

/** The ticket with everything that explains it. */
export function useTicket(number: string) {
  return ask.useQuery("get", "/api/v1/tickets/{number}", asked(number));
}

type Past = Pick<TicketFull, "history">;
/** What other people did to a ticket between two looks at it; what the system reckons anew stands in nobody's way. */
export type Meanwhile = (before: Past, after: Past) => Step[];

/** `Meanwhile` for the reader, who knows what they did themselves. */
export function useMeanwhile(): Meanwhile {
  const session = useSession();
  return (before, after) =>
    after.history
      .slice(before.history.length)
      .filter((step) => step.principal !== "system" && !isMine(session, step.principal));
}

async function send({ number, version }: Shown, deed: Deed): Promise<void> {
  const { data } = await api.POST("/api/v1/tickets/{number}/transitions", {
    params: { path: { number }, header: ifMatch(version) },
    body: deed as MoveIn,
  });
  if (data) queries.setQueryData(keyOf(number), data);
}

type Shown = Pick<TicketView, "number" | "version" | "state" | "taken_up"> & Partial<Past>;

/** Do an act to the ticket as it was shown: what somebody else did meanwhile is not overwritten unseen. */
export async function perform(shown: Shown, deed: Deed, meanwhile: Meanwhile): Promise<void> {
  try {
    await send(shown, deed);
  } catch (thrown) {
    if (asProblem(thrown).code !== "changed_meanwhile") throw thrown;
    const { data } = await api.GET("/api/v1/tickets/{number}", asked(shown.number));
    if (!data || touched(shown, data, meanwhile)) throw thrown;
    await send(data, deed);
  }
}

/** Whether people acted since; a line of a list does not know its history, but where the ticket stood. */
function touched(shown: Shown, now: TicketFull, meanwhile: Meanwhile): boolean {
  const { history } = shown;
  if (history) return meanwhile({ history }, now).length > 0;
  return shown.state !== now.state || shown.taken_up !== now.taken_up;
}

/** Ask for the ticket again, now. */
export async function refresh(ticket: TicketFull): Promise<void> {
  await queries.invalidateQueries({ queryKey: keyOf(ticket.number) });
}

/** Ask for all that is shown of tickets again, now. */
export async function refreshAll(): Promise<void> {
  await queries.invalidateQueries({
    predicate: ({ queryKey: [, path] }) => String(path).startsWith("/api/v1/tickets"),
  });
}

type Named = "holds" | "resolutions" | "categories" | "phases" | "lines";
export interface Choice {
  value: string;
  label: string;
}

/** The life of a ticket as the API has it: the words for choices, and where a reason is required. */
export interface Life {
  choices: (of: Named) => Choice[];
  name: (of: Named, code: string) => string;
  /** Without a ticket: wherever it is done. */
  needsReason: (act: Act, ticket?: Pick<TicketFull, "state" | "path">) => boolean;
}

/** Its key names no path: no change of a ticket changes it. */
export function useLife(): Life {
  const { i18n } = useTranslation();
  const { data } = useQuery({
    queryKey: ["life-of-tickets"],
    queryFn: async ({ signal }) => (await api.GET("/api/v1/tickets/states", { signal })).data as StatesView,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const said = (one: NameView) => (i18n.language === "zh" ? one.zh : one.en);
  return {
    choices: (of) => (data?.[of] ?? []).map((one) => ({ value: one.code, label: said(one) })),
    name: (of, code) => {
      const found = data?.[of].find((one) => one.code === code);
      return found ? said(found) : code;
    },
    needsReason: (act, ticket) =>
      (data?.transitions ?? []).some(
        (one) =>
          one.code === act &&
          one.reason &&
          (!ticket || (one.sources.includes(ticket.state) && one.paths.includes(ticket.path))),
      ),
  };
}

/** Whether a ticket is the reader's own work. */
export function isMine(session: Session, assignee: string | null): boolean {
  return assignee !== null && (assignee === session.name || assignee === `person:${session.person}`);
}

/** What a principal is called; `me` where it is the reader. */
export function usePeople(): (principal: string | null | undefined) => string {
  const { t } = useTranslation("ticket");
  const session = useSession();
  const known = ask.useQuery(
    "get",
    "/api/v1/people",
    { params: { query: { limit: 1000 } } },
    { enabled: session.may("people.read"), staleTime: 300_000 },
  );
  return (principal) => {
    if (!principal) return t("who.desk");
    if (principal === "system") return t("who.system");
    const key = principal.replace(/^\w+:/, "");
    const name = known.data?.items.find((one) => one.key === key)?.name || key;
    return isMine(session, principal) ? t("who.me", { name }) : name;
  };
}

/** The unit of what a finding is about; empty where it is not known. */
export function useUnit(finding: Parameters<typeof selectionOf>[0]): string {
  const query = selectionOf(finding);
  const { data } = ask.useQuery(
    "get",
    "/api/v1/series",
    { params: { query: { ...query, limit: 1 } } },
    { enabled: query !== undefined, retry: false, staleTime: Number.POSITIVE_INFINITY },
  );
  const { t } = useTranslation("words");
  // What follows from readings has no series of its own.
  return data?.items[0]?.unit ?? (query?.quantity ? t(`unit.${query.quantity}`, "") : "");
}
