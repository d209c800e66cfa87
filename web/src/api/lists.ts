/** Lists of the API, page by page: `useList("/api/v1/tickets", { live: true })`. */
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "@/api/client";
import type { ApiProblem } from "@/api/problem";
import type { paths } from "@/api/schema";

type Got<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { "application/json": infer Body } } } };
}
  ? Body
  : never;
type Paged = { items: unknown[]; next: string | null };

/** The paths that answer a page of a list and need nothing in their address. */
export type ListPath = {
  [P in keyof paths]: [Got<P>] extends [never] ? never : Got<P> extends Paged ? P : never;
}[keyof paths];
/** One row of a list. */
export type Row<P extends ListPath> = Got<P> extends { items: (infer One)[] } ? One : never;
/** What a list may be asked for. */
export type Asked<P extends ListPath> = paths[P] extends { get: { parameters: { query?: infer Query } } }
  ? Omit<NonNullable<Query>, "cursor">
  : Record<never, never>;

/** A list as far as it was fetched. Its key is `["list", path, query]`: live changes find it by its path. */
export interface List<One> {
  items: One[];
  problem: ApiProblem | null;
  loading: boolean;
  /** What is shown belongs to the question before; the answer to this one is on its way. */
  stale: boolean;
  more: boolean;
  fetchMore: () => void;
  again: () => void;
}

type Ask = (path: string, init: unknown) => Promise<{ data?: Paged }>;

/** Follow a list; `limit` rows a page. */
export function useList<P extends ListPath>(path: P, query: Asked<P>, enabled = true): List<Row<P>> {
  const found = useInfiniteQuery<Paged, ApiProblem>({
    queryKey: ["list", path, query],
    queryFn: async ({ pageParam, signal }) => {
      const params = { query: { limit: 100, ...query, ...(pageParam ? { cursor: pageParam } : {}) } };
      const { data } = await (api.GET as unknown as Ask)(path, { params, signal });
      return data ?? { items: [], next: null };
    },
    initialPageParam: null as unknown,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    enabled,
  });
  const items = useMemo(
    () => (found.data?.pages ?? []).flatMap((page) => page.items) as Row<P>[],
    [found.data],
  );
  return {
    items,
    problem: found.error,
    loading: found.isPending && enabled,
    stale: found.isPlaceholderData,
    more: found.hasNextPage,
    fetchMore: () => {
      if (!found.isFetchingNextPage) void found.fetchNextPage();
    },
    again: () => void found.refetch(),
  };
}
