/** Objects of any list of the registry over the wire: their paths are known only when the page runs. */
import { useQuery } from "@tanstack/react-query";
import { api, ifMatch } from "@/api/client";
import type { ApiProblem } from "@/api/problem";
import { queries } from "@/api/queries";
import type { Kept, Values } from "@/views/setup/lists/values";
import type { Shape } from "@/views/setup/shapes";

type Send = (path: string, init: unknown) => Promise<{ data?: Kept }>;
const GET = api.GET as unknown as Send;
const PUT = api.PUT as unknown as Send;
const DELETE = api.DELETE as unknown as Send;
const NEW = { "if-none-match": "*" };

/** One object; asked for again when it is changed by somebody. */
export function useKept(shape: Shape, key: string) {
  const path = `${shape.path}/{key}`;
  const params = { path: { key } };
  return useQuery<Kept | null, ApiProblem>({
    queryKey: ["get", path, { params }],
    queryFn: async ({ signal }) => (await GET(path, { params, signal })).data ?? null,
    enabled: key !== "",
  });
}

function forget(shape: Shape) {
  void queries.invalidateQueries({ queryKey: ["list", shape.path] });
  return queries.invalidateQueries({ queryKey: ["get", `${shape.path}/{key}`] });
}

/** Make (no version) or change an object. */
export async function put(shape: Shape, key: string, body: Values, version: number | null, reason: string) {
  const header = version === null ? NEW : ifMatch(version);
  const params = { path: { key }, header, query: reason ? { reason } : {} };
  const { data } = await PUT(`${shape.path}/{key}`, { params, body });
  void forget(shape);
  return data;
}

/** Remove an object. */
export async function remove(shape: Shape, kept: Kept, reason: string) {
  const params = { path: { key: kept.key }, header: ifMatch(kept.version), query: reason ? { reason } : {} };
  await DELETE(`${shape.path}/{key}`, { params });
  void queries.invalidateQueries({ queryKey: ["list", shape.path] });
}

/** What is kept now, past every memory. */
export async function newest(shape: Shape, key: string): Promise<Kept | undefined> {
  const { data } = await GET(`${shape.path}/{key}`, { params: { path: { key } } });
  return data;
}
