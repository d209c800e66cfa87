/** Files to and from the API: sent with progress, and kept on this device. */
import { ApiProblem } from "@/api/problem";
import type { ProblemView } from "@/api/schema";
import { insideOf } from "@/parts/inApp";
import { language } from "@/texts";

/** In place of a status: nothing was asked, as nothing could be kept. */
const NOT_ASKED = -1;

export interface Sending {
  /** 0 to 1, of what has left this device. */
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

function problemOf(request: XMLHttpRequest): ApiProblem {
  const kind = request.getResponseHeader("content-type") ?? "";
  if (kind.startsWith("application/problem+json"))
    return new ApiProblem(JSON.parse(request.responseText) as ProblemView);
  return new ApiProblem({
    code: request.status === 0 ? "no_connection" : "no_sense",
    status: request.status,
  });
}

/** POST a file, or several as a form. Answers what the API said; throws `ApiProblem`. */
export function sendFile<Answer>(
  path: string,
  body: Blob | FormData,
  { onProgress, signal, headers = {} }: Sending = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("Accept-Language", language());
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress?.(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(problemOf(request));
    request.onabort = () => reject(new DOMException("given up", "AbortError"));
    request.onload = () => {
      if (request.status >= 300) reject(problemOf(request));
      else resolve(JSON.parse(request.responseText) as Answer);
    };
    signal?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

/** Fetch a file in the page's language and keep it on this device under a name. */
export async function keepFile(path: string, name: string): Promise<void> {
  if (insideOf) throw new ApiProblem({ code: "in_app", status: NOT_ASKED });
  const answer = await fetch(path, { headers: { "Accept-Language": language() } });
  if (!answer.ok) throw new ApiProblem({ code: "no_sense", status: answer.status });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
