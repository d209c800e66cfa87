/** The service worker of the page: registered where the browser has one, and heard of when a new version is ready. */
import { useEffect, useState } from "react";

const ADDRESS = "/sw.js";
/** The first view comes first. */
const REST_MS = 3_000;
const LOOK_MS = 30 * 60_000;

let registration: Promise<ServiceWorkerRegistration | undefined> | undefined;

async function registered(): Promise<ServiceWorkerRegistration | undefined> {
  // WebViews of other programs, and pages without TLS, have none: the page works without.
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return undefined;
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  return navigator.serviceWorker.register(ADDRESS).catch(() => undefined);
}

function watch(found: ServiceWorkerRegistration, heard: (worker: ServiceWorker) => void): () => void {
  const look = () => {
    // The first one that is installed on a device is no new version.
    if (found.waiting && navigator.serviceWorker.controller) heard(found.waiting);
  };
  const coming = () => found.installing?.addEventListener("statechange", look);
  const again = () => void found.update().catch(() => undefined);
  look();
  coming();
  found.addEventListener("updatefound", coming);
  const timer = window.setInterval(again, LOOK_MS);
  return () => {
    found.removeEventListener("updatefound", coming);
    window.clearInterval(timer);
  };
}

/** How to change to the new version; undefined while there is none. */
export function useNewVersion(): (() => void) | undefined {
  const [worker, hear] = useState<ServiceWorker>();
  useEffect(() => {
    let stop: (() => void) | undefined;
    let gone = false;
    registration ??= registered();
    void registration.then((found) => {
      if (found && !gone) stop = watch(found, hear);
    });
    return () => {
      gone = true;
      stop?.();
    };
  }, []);
  if (!worker) return undefined;
  return () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    worker.postMessage("take-over");
  };
}
