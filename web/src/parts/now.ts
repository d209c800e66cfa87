/** One clock for everything that counts: it ticks once, however many parts of the page look at it. */
import { useSyncExternalStore } from "react";

const TICK_MS = 1_000;
const watchers = new Set<() => void>();
let nowMs = Date.now();
let timer: number | undefined;

function tick(): void {
  nowMs = Date.now();
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  if (watchers.size === 0) {
    tick();
    timer = window.setInterval(tick, TICK_MS);
  }
  watchers.add(watcher);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) window.clearInterval(timer);
  };
}

/** Milliseconds now, rounded down to `everyMs`, so that a part is drawn no more often than it can change. */
export function useNow(everyMs = TICK_MS): number {
  return useSyncExternalStore(watch, () => Math.floor(nowMs / everyMs) * everyMs);
}
