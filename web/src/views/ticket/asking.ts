/** What the views of tickets ask the API: the ticket, the words of its life, and acts on it. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, ask, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import type { MoveIn, NameView, StatesView, TicketFull } from "@/api/schema";
import { type Session, useSession } from "@/shell/session";

export type Act = MoveIn["act"];
/** An act with what is said along with it. */
export type Deed = Partial<MoveIn> & { act: Act };

function asked(number: string) {
  return { params: { path: { number } } };
}

/** The ticket with everything that explains it. */
export function useTicket(number: string) {
  return ask.useQuery("get", "/api/v1/tickets/{number}", asked(number));
}

/** Do an act to the ticket as it was shown: who acted meanwhile is not overwritten. */
export async function perform(ticket: Pick<TicketFull, "number" | "version">, deed: Deed): Promise<void> {
  const { data } = await api.POST("/api/v1/tickets/{number}/transitions", {
    params: { path: { number: ticket.number }, header: ifMatch(ticket.version) },
    body: deed as MoveIn,
  });
  if (data) {
    const { queryKey } = ask.queryOptions("get", "/api/v1/tickets/{number}", asked(ticket.number));
    queries.setQueryData(queryKey, data);
  }
}

/** Ask for the ticket again, now. */
export async function refresh(ticket: TicketFull): Promise<void> {
  const { queryKey } = ask.queryOptions("get", "/api/v1/tickets/{number}", asked(ticket.number));
  await queries.invalidateQueries({ queryKey });
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
