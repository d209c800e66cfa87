/** Who works on this device while the service cannot be asked who it is; and leaving it. */
import { useEffect, useState } from "react";
import { beginLeaving, finishLeaving } from "@/api/leaving";
import { asProblem, silent } from "@/api/problem";
import type { MeView } from "@/api/schema";
import { forgetAll, forgetRead, keepPerson, keptPerson } from "@/offline/store";

const ASK_AGAIN_MS = 20_000;

/** What the service says when it is asked who is logged in. */
export interface Told {
  /** Null: nobody; undefined: it has not said. */
  me: MeView | null | undefined;
  problem: unknown;
  pending: boolean;
  ask: () => unknown;
}

/**
 * Who was let in here last, while the service cannot be asked; undefined if nobody was, or if it can. It stays while the service is
 * asked again, or everything that is being written would be gone each time.
 */
export function usePersonHere({ me, problem, pending, ask }: Told): MeView | undefined | "looking" {
  const [kept, setKept] = useState<MeView | undefined | "looking">("looking");
  const [before, setBefore] = useState(false);
  const unheard = pending ? before : problem !== null && silent(asProblem(problem));
  const needed = unheard && !me;
  useEffect(() => setBefore(unheard), [unheard]);
  useEffect(() => {
    if (me) void keepPerson(me);
    else if (me === null) void forgetRead();
  }, [me]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked for as long as nobody answers
  useEffect(() => {
    if (!needed) return;
    void keptPerson().then(setKept);
    const again = () => void ask();
    addEventListener("online", again);
    const timer = window.setInterval(again, ASK_AGAIN_MS);
    return () => {
      removeEventListener("online", again);
      window.clearInterval(timer);
    };
  }, [needed]);
  return needed ? kept : undefined;
}

/** Log out: nothing of `owner` stays here. Without a network the session is ended as soon as there is one. */
export async function leave(owner: string): Promise<void> {
  beginLeaving();
  await forgetAll(owner);
  await finishLeaving().catch(() => undefined);
}
