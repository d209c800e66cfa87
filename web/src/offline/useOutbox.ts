/** The outbox as views use it. */
import { useCallback, useMemo, useSyncExternalStore } from "react";
import type { Deed, Seen, Waiting } from "@/offline/nouns";
import { outbox } from "@/offline/outbox";
import { useSession } from "@/shell/session";

/** What waits; of one line, if it is named. */
export function useWaiting(line?: string): Waiting[] {
  const all = useSyncExternalStore(outbox.watch, outbox.waiting);
  return useMemo(() => (line === undefined ? all : all.filter((one) => one.line === line)), [all, line]);
}

/** Do something: at once where there is a network, else as soon as there is one. */
export function useDo(): (deed: Deed, seen?: Seen) => Promise<void> {
  const { name } = useSession();
  return useCallback((deed, seen) => outbox.add(name, deed, seen), [name]);
}
