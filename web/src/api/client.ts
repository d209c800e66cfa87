/** The one way to the API: typed by its document, with the session's cookie, in the language of the page. */
import createClient, { type Middleware } from "openapi-fetch";
import createHooks from "openapi-react-query";
import { finishLeaving } from "@/api/leaving";
import { asProblem, problemIn } from "@/api/problem";
import type { paths } from "@/api/schema";
import { answerTo } from "@/begin";
import { language } from "@/texts";

/** Every answer but files is JSON, problems too. */
type Json = `application/${string}json`;

/** Whoever left is gone before anybody else is asked for. */
const OF_WHO = new Set(["/api/v1/me", "/api/v1/login"]);

const house: Middleware = {
  async onRequest({ request, schemaPath }) {
    if (OF_WHO.has(schemaPath)) await finishLeaving();
    request.headers.set("Accept-Language", language());
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw await problemIn(response);
    return response;
  },
  onError({ error }) {
    // A question that was given up is not a fault of the connection.
    return error instanceof DOMException && error.name === "AbortError" ? error : asProblem(error);
  },
};

/** Ask and act by hand: `await api.POST("/api/v1/tickets", { body })`. Throws `ApiProblem`. */
export const api = createClient<paths, Json>({
  baseUrl: globalThis.location?.origin ?? "",
  credentials: "same-origin",
  fetch: answerTo,
});
api.use(house);

/** The same as hooks: `ask.useQuery("get", "/api/v1/sites/{key}", { params: { path: { key } } })`. */
export const ask = createHooks(api);

/** The version that was read, so that a change made meanwhile by somebody else is not overwritten. */
export function ifMatch(version: number): { "if-match": string } {
  return { "if-match": `"${version}"` };
}

/** A key of one act: sent again with the same key it is done once. Make it when a form opens, not when it is sent. */
export function onceKey(): { "idempotency-key": string } {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return { "idempotency-key": Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("") };
}
