/** The memory of what was asked: what counts as fresh, what is asked again, and who hears that the session has ended. */
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { asProblem, passing } from "@/api/problem";

const MOST_TRIES = 2;
const FRESH_MS = 30_000;
/** The key under which `ask.useQuery("get", "/api/v1/me")` keeps who is logged in. */
export const ME = ["get", "/api/v1/me"] as const;

function tryAgain(failures: number, error: unknown): boolean {
  return failures < MOST_TRIES && passing(asProblem(error));
}

/** What is shown stays fresh by the live stream; the time after which it is asked again on return is a second line. */
export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError(error) {
      if (asProblem(error).status === 401) queries.setQueryData(ME, null);
    },
  }),
  defaultOptions: {
    queries: { staleTime: FRESH_MS, retry: tryAgain, refetchOnWindowFocus: true, networkMode: "always" },
    mutations: { networkMode: "always" },
  },
});

/** Somebody has logged in, or (null) out: what was asked before, perhaps by somebody else, is forgotten. */
export function welcome(me: unknown): void {
  queries.removeQueries({ predicate: ({ queryKey: [, path] }) => path !== ME[1] });
  queries.setQueryData(ME, me);
}
