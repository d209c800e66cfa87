/** Who is logged in, and what they may do: the API says it, the page only draws it. */
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import { ask } from "@/api/client";
import { asProblem, passing } from "@/api/problem";
import { queries } from "@/api/queries";
import type { MeView } from "@/api/schema";
import { usePersonHere } from "@/offline/person";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { Loading } from "@/parts/states/Loading";
import { chosen, speak } from "@/texts";

export interface Session extends MeView {
  may: (act: string) => boolean;
}

const MOST_TRIES = 2;
const WHO = ask.queryOptions("get", "/api/v1/me", undefined, {
  staleTime: 60_000,
  retry: (failures: number, thrown: unknown) =>
    navigator.onLine && failures < MOST_TRIES && passing(asProblem(thrown)),
});
const Current = createContext<Session | undefined>(undefined);

/** The session; only below `WithSession`. */
export function useSession(): Session {
  const session = useContext(Current);
  if (!session) throw new Error("nobody is logged in here");
  return session;
}

/** Ask who is logged in; the page waits for the answer no longer than this. */
export async function fetchSession(patienceMs: number): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, patienceMs));
  await Promise.race([queries.prefetchQuery(WHO), late]);
}

/** Shows `children` to who is logged in, and `otherwise` to everybody else. */
export function WithSession({ children, otherwise }: { children: ReactNode; otherwise: ReactNode }) {
  const { data, error, isPending, refetch } = useQuery(WHO);
  // Null: the service says that nobody is logged in. Undefined with an error: it cannot be asked.
  const here = usePersonHere({ me: data, problem: error, pending: isPending, ask: refetch });
  const me = data ?? (here === "looking" ? null : (here ?? null));
  const session = useMemo(() => {
    if (me === null) return undefined;
    const acts = new Set(me.acts);
    // Whoever is only remembered here does not know what happened since.
    return { ...me, newest: data?.newest ?? null, may: (act: string) => acts.has(act) };
  }, [me, data]);
  const spoken = me?.language ?? "";
  useEffect(() => {
    if (spoken && !chosen()) void speak(spoken, false);
  }, [spoken]);

  if (session) return <Current.Provider value={session}>{children}</Current.Provider>;
  if (isPending || here === "looking") return <Loading rows={1} height={480} />;
  if (error && asProblem(error).status !== 401)
    return <ErrorNotice problem={error} again={() => void refetch()} />;
  return otherwise;
}
