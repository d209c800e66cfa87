/** Parts of the page that could not be fetched: an update took them away, or there is no network. */
import { useSyncExternalStore } from "react";

const lost = new WeakSet<object>();
const watchers = new Set<() => void>();
let updated = false;

/** Hear of parts that do not come. */
export function watchForLost(): void {
  addEventListener("vite:preloadError", (event) => {
    lost.add(event.payload);
    // Without a network nothing is known of an update.
    updated ||= navigator.onLine;
    for (const watcher of watchers) watcher();
  });
}

/** Whether this is why something could not be drawn. */
export function isLost(fault: object): boolean {
  return lost.has(fault);
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Whether the service has a newer page than this one, as parts of this one are gone. */
export function useUpdated(): boolean {
  return useSyncExternalStore(watch, () => updated);
}
