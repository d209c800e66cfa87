/**
 * What the page asks while its libraries are still on their way: who is logged in, and then what the view at this address shows first.
 * It is a file of its own, run as soon as it comes; `@/api/client` takes the answers from here.
 */
import { isLeaving } from "@/api/leaving";
import { first } from "@/texts/language";

/** An answer that nobody took until then is too old. */
const KEPT_MS = 10_000;
const ME = "/api/v1/me";
/** By the view's address: what of the API it shows first, and the act for it. */
const VIEWS: [RegExp, string, string][] = [
  [/^\/$/, "/api/v1/overview", "places.read"],
  [/^\/places\/zones\/([^/]+)$/, "/api/v1/zones/$1", "places.read"],
];

interface Begun {
  lang: string;
  sinceMs: number;
  answer: Promise<Response>;
}
interface Reader {
  acts: string[];
  customer: string | null;
}

const begun = new Map<string, Begun>();

function ask(path: string): Promise<Response> {
  const lang = first();
  const answer = fetch(path, { headers: { "Accept-Language": lang } });
  begun.set(new URL(path, location.href).href, { lang, sinceMs: performance.now(), answer });
  return answer;
}

/** The answer to a question that was asked already, once; else it is asked now. */
export function answerTo(request: Request): Promise<Response> {
  const found = begun.get(request.url);
  if (!found || request.method !== "GET") return fetch(request);
  begun.delete(request.url);
  const fresh = performance.now() - found.sinceMs < KEPT_MS;
  return fresh && request.headers.get("accept-language") === found.lang ? found.answer : fetch(request);
}

async function begin(): Promise<void> {
  // Whoever left is gone before anybody is asked for.
  if (isLeaving()) return;
  const answer = await ask(ME);
  if (!answer.ok) return;
  // The view is asked for after the reader: the live stream goes on from what was newest then, so nothing is missed.
  const { acts, customer } = (await answer.clone().json()) as Reader;
  for (const [address, path, act] of VIEWS)
    if (address.test(location.pathname) && acts.includes(act) && customer === null)
      await ask(location.pathname.replace(address, path));
}

// The client asks again, and says what is wrong.
begin().catch(() => undefined);
