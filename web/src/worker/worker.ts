/**
 * The page's service worker: keeps its own files, so that the page opens without a network. It never touches the API: what the
 * service says is either fresh or said by the page itself to be kept. `__VERSION__` and `__FILES__` are set when the page is built.
 */
interface Lifetime extends Event {
  waitUntil(until: Promise<unknown>): void;
}
interface Asked extends Lifetime {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Told extends Lifetime {
  readonly data: unknown;
}
interface Scope {
  addEventListener(name: "install" | "activate", heard: (event: Lifetime) => void): void;
  addEventListener(name: "fetch", heard: (event: Asked) => void): void;
  addEventListener(name: "message", heard: (event: Told) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  location: Location;
}
declare const __VERSION__: string;
declare const __FILES__: string[];

const scope = self as unknown as Scope;
const OURS = "keepwell-";
const CACHE = `${OURS}${__VERSION__}`;
const SHELL = "/";
/** A network that says nothing for so long is none. */
const PATIENCE_MS = 4_000;
const NOT_THE_PAGE = /^\/(api|docs|openapi\.json|healthz|readyz|metrics)(\/|$)/;

async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL, ...__FILES__].map((path) => new Request(path, { cache: "no-cache" })));
}

async function sweep(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(OURS) && name !== CACHE).map((name) => caches.delete(name)),
  );
  await scope.clients.claim();
}

/** The page itself comes from the service whenever it answers: its number for styles is new each time. */
async function page(request: Request): Promise<Response> {
  const kept = await caches.match(SHELL, { cacheName: CACHE });
  if (!kept) return fetch(request);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Response>((resolve) => {
    timer = setTimeout(() => resolve(kept), PATIENCE_MS);
  });
  try {
    const answer = await Promise.race([fetch(request), late]);
    return answer.status >= 502 ? kept : answer;
  } catch {
    return kept;
  } finally {
    clearTimeout(timer);
  }
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request, { cacheName: CACHE, ignoreVary: true })) ?? fetch(request);
}

scope.addEventListener("install", (event) => event.waitUntil(fill()));
scope.addEventListener("activate", (event) => event.waitUntil(sweep()));
scope.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(scope.skipWaiting());
});
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== scope.location.origin || NOT_THE_PAGE.test(pathname)) return;
  event.respondWith(request.mode === "navigate" ? page(request) : file(request));
});
