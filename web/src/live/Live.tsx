/** The stream as a part of the page: it keeps what was asked fresh, and says how the page is connected. */
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { queries } from "@/api/queries";
import type { EventView } from "@/api/schema";
import { affected } from "@/live/affected";
import { type Connection, LiveStream } from "@/live/stream";
import { useSession } from "@/shell/session";

/** So long changes are gathered before anything is asked again: a storm is one question a second. */
const GATHER_MS = 200;
const BETWEEN_MS = 1_000;

const Stream = createContext<LiveStream | undefined>(undefined);

/** Questions to be asked again, gathered over a moment. */
class Gathered {
  #paths = new Set<string>();
  #timer: number | undefined;
  #lastMs = 0;

  add(paths: string[]): void {
    for (const path of paths) this.#paths.add(path);
    const waitMs = Math.max(GATHER_MS, this.#lastMs + BETWEEN_MS - performance.now());
    this.#timer ??= window.setTimeout(() => this.#flush(), waitMs);
  }

  #flush(): void {
    const paths = [...this.#paths];
    this.#paths.clear();
    this.#timer = undefined;
    this.#lastMs = performance.now();
    void queries.invalidateQueries({
      predicate: ({ queryKey: [, path] }) =>
        typeof path === "string" && paths.some((start) => path === start || path.startsWith(`${start}/`)),
    });
  }
}

/** Follow the stream while somebody is logged in. */
export function Live({ children }: { children: ReactNode }) {
  const { newest } = useSession();
  const [stream] = useState(() => new LiveStream(() => void queries.invalidateQueries(), newest));
  useEffect(() => {
    const gathered = new Gathered();
    const deaf = stream.hear((change) => gathered.add(affected(change.subject)));
    const stop = stream.start();
    return () => {
      deaf();
      stop();
    };
  }, [stream]);
  return <Stream.Provider value={stream}>{children}</Stream.Provider>;
}

const nothing = () => () => undefined;

/** How the page is connected: live, connecting or offline. */
export function useConnection(): Connection {
  const stream = useContext(Stream);
  return useSyncExternalStore(stream?.watch ?? nothing, () => stream?.state() ?? "connecting");
}

/** Hear every change as it happens; `listener` must keep its identity (`useCallback`). */
export function useChanges(listener: (change: EventView) => void): void {
  const stream = useContext(Stream);
  useEffect(() => stream?.hear(listener), [stream, listener]);
}
