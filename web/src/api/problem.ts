/** What went wrong with a question to the API: its own problem (RFC 9457), or why there was no answer. */
import type { ProblemView } from "@/api/schema";

/** Codes that the page makes itself, beside those of the API. */
export type OwnCode = "no_connection" | "no_sense" | "in_app";

/** An answer that is none. `code` is stable; `title` and `detail` are sentences in the reader's language. */
export class ApiProblem extends Error implements ProblemView {
  readonly type: string;
  readonly title: string;
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly errors: NonNullable<ProblemView["errors"]>;
  readonly parts: NonNullable<ProblemView["parts"]>;
  readonly refusal: string;
  /** What others did since, where that is why it was refused. */
  readonly meanwhile: NonNullable<ProblemView["meanwhile"]>;

  constructor(told: Partial<ProblemView> & { code: string; status: number }) {
    super(told.detail || told.title || told.code);
    this.name = "ApiProblem";
    this.type = told.type ?? "about:blank";
    this.title = told.title ?? "";
    this.code = told.code;
    this.status = told.status;
    this.detail = told.detail ?? "";
    this.instance = told.instance ?? "";
    this.errors = told.errors ?? [];
    this.parts = told.parts ?? {};
    this.refusal = told.refusal ?? "";
    this.meanwhile = told.meanwhile ?? [];
  }
}

/** The problem in an answer that is not a success. */
export async function problemIn(answer: Response): Promise<ApiProblem> {
  const kind = answer.headers.get("content-type") ?? "";
  if (kind.startsWith("application/problem+json")) {
    const told = (await answer.json()) as ProblemView;
    return new ApiProblem(told);
  }
  // A proxy in front of the service speaks for itself: there is nothing in it that a person could use.
  return new ApiProblem({ code: "no_sense", status: answer.status });
}

/** Whatever was thrown, as a problem. */
export function asProblem(thrown: unknown): ApiProblem {
  if (thrown instanceof ApiProblem) return thrown;
  return new ApiProblem({ code: "no_connection", status: 0 });
}

/** Whether asking again, without changing anything, may help. */
export function passing(problem: ApiProblem): boolean {
  return problem.status === 0 || problem.status === 429 || problem.status >= 500;
}

/** The first thing that is wrong with each field, as the API said it; `certificates/0/skill` stands with `certificates`. */
export function faultsOf(errors: readonly { location: string; message: string }[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { location, message } of errors) {
    const name = location.split("/")[1];
    if (name && !(name in found)) found[name] = message;
  }
  return found;
}

/** Whether the service itself said nothing: no network, or a proxy that found nobody behind it. */
export function silent({ status, code }: ApiProblem): boolean {
  return status === 0 || (code === "no_sense" && status >= 502);
}
