/** Who works on this device while the service cannot be asked who it is; and leaving it. */
import { useEffect, useState } from "react";
import { api } from "@/api/client";
import type { MeView } from "@/api/schema";
import { forgetAll, forgetRead, keepPerson, keptPerson } from "@/offline/store";

const LEAVING = "keepwell-leaving";
const ASK_AGAIN_MS = 20_000;

/**
 * `told`: what the service says (null: nobody); `silent`: it cannot be asked. Then it is who was let in here last, until the service
 * answers again; undefined if nobody was.
 */
export function usePersonHere(
  told: MeView | null | undefined,
  silent: boolean,
  ask: () => unknown,
): MeView | undefined | "looking" {
  const [kept, setKept] = useState<MeView | undefined | "looking">("looking");
  const needed = silent && !told;
  useEffect(() => {
    if (told) void keepPerson(told);
    else if (told === null) void forgetRead();
  }, [told]);
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
  localStorage.setItem(LEAVING, "1");
  await forgetAll(owner);
  await finishLeaving();
}

/** End the session of who left this device while there was no network, before anybody else sees it. */
export async function finishLeaving(): Promise<void> {
  if (localStorage.getItem(LEAVING) === null) return;
  try {
    await api.POST("/api/v1/logout");
  } catch (thrown) {
    if ((thrown as { status?: number }).status === 0) return;
  }
  localStorage.removeItem(LEAVING);
}
