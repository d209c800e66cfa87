/** Acting on an alarm: with the version that was read, so that nobody overwrites what happened meanwhile. */
import { useState } from "react";
import { api, ifMatch } from "@/api/client";
import { type ApiProblem, asProblem } from "@/api/problem";
import { queries } from "@/api/queries";
import type { AlarmView, paths } from "@/api/schema";

export type ActName = "acknowledge" | "shelve" | "confirm-shelving" | "unshelve" | "decide";
type Body<A extends ActName> = paths[`/api/v1/alarms/{id}/${A}`]["post"] extends {
  requestBody: { content: { "application/json": infer Sent } };
}
  ? Sent
  : never;

/** Do it, and show everything about alarms as it is then. Throws `ApiProblem`. */
export async function actOn<A extends ActName>(
  alarm: Pick<AlarmView, "id" | "version">,
  name: A,
  body: Body<A>,
): Promise<void> {
  const params = { path: { id: alarm.id }, header: ifMatch(alarm.version) };
  try {
    await api.POST(`/api/v1/alarms/{id}/${name}` as "/api/v1/alarms/{id}/shelve", {
      params,
      body: body as Body<"shelve">,
    });
  } finally {
    void queries.invalidateQueries({
      predicate: ({ queryKey: [, path] }) => String(path).startsWith("/api/v1/alarm"),
    });
  }
}

/** The same for a button of its own. */
export function useAct(alarm: AlarmView) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  async function act<A extends ActName>(name: A, body: Body<A>): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      await actOn(alarm, name, body);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setBusy(false);
    }
  }
  return { act, busy, problem };
}
