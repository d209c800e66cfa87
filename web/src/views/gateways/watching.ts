/** Messages of one gateway as they arrive, the newest first, while somebody watches. */
import { useCallback, useEffect, useState } from "react";
import { api } from "@/api/client";
import { asProblem } from "@/api/problem";
import type { ArrivedView } from "@/api/schema";

/** More than this nobody reads; older ones are let go. */
const MOST = 200;
/** So long after it was asked the service begins to note what arrives. */
const NOTING_MS = 1_000;

export interface Watched {
  messages: ArrivedView[];
  /** Connected: what arrives now is seen. */
  live: boolean;
  problem: unknown;
  /** Take away what is shown; watching goes on. */
  clear: () => void;
}

const nameOf = (one: ArrivedView) => `${one.received} ${one.topic}`;

/** Newer ones before older ones, each once. */
export function joined(newer: ArrivedView[], older: ArrivedView[]): ArrivedView[] {
  const known = new Set(newer.map(nameOf));
  const all = [...newer, ...older.filter((one) => !known.has(nameOf(one)))];
  return all.sort((a, b) => b.received.localeCompare(a.received)).slice(0, MOST);
}

/** Follow a gateway while `on`. */
export function useMessages(gateway: string, on: boolean): Watched {
  const [messages, setMessages] = useState<ArrivedView[]>([]);
  const [live, setLive] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const clear = useCallback(() => setMessages([]), []);
  useEffect(() => {
    if (!on) return undefined;
    setProblem(null);
    const source = new EventSource(`/api/v1/gateways/${encodeURIComponent(gateway)}/messages/stream`);
    const gone = new AbortController();
    let noting: number | undefined;
    const take = (some: ArrivedView[]) => setMessages((before) => joined(some, before));
    source.addEventListener("message", (event) => take([JSON.parse(event.data) as ArrivedView]));
    source.addEventListener("open", () => {
      noting = window.setTimeout(() => setLive(true), NOTING_MS);
      // What came between two connections, or just before the first one.
      const params = { path: { key: gateway } };
      api.GET("/api/v1/gateways/{key}/messages", { params, signal: gone.signal }).then(
        ({ data }) => data && take(data.items),
        (thrown: unknown) => gone.signal.aborted || setProblem(asProblem(thrown)),
      );
    });
    source.addEventListener("error", () => {
      window.clearTimeout(noting);
      setLive(false);
      if (source.readyState === EventSource.CLOSED) setProblem(asProblem(null));
    });
    return () => {
      window.clearTimeout(noting);
      gone.abort();
      source.close();
      setLive(false);
    };
  }, [gateway, on]);
  return { messages, live, problem, clear };
}
