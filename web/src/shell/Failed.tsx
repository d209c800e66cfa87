/** Why a view has nothing to show: nothing is there for the reader, or asking went wrong. */
import { asProblem } from "@/api/problem";
import { ErrorNotice } from "@/parts/states/ErrorNotice";
import { NotFound } from "@/shell/NotFound";

export function Failed({ problem, again }: { problem: unknown; again: () => void }) {
  const { status, code } = asProblem(problem);
  // Under a name that nothing can have there is nothing, either.
  if (status === 404 || code === "invalid") return <NotFound />;
  return <ErrorNotice problem={problem} again={again} />;
}
