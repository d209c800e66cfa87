/** What was filled in along with an act, as the API takes it. */
import type { FieldName } from "@/views/ticket/acts/table";
import type { Act, Deed } from "@/views/ticket/asking";

export type Filled = Partial<Record<FieldName, string>>;

const REQUIRED: ReadonlySet<FieldName> = new Set<FieldName>(["into", "due", "score", "tried", "proof"]);

/** Whether the act cannot be done without it. */
export function requires(name: FieldName): boolean {
  return REQUIRED.has(name);
}

/** The act with everything that was said; what was left empty is left out. */
export function deedOf(act: Act, reason: string, filled: Filled): Deed {
  const { steps, score, due, ...rest } = filled;
  const plain = Object.fromEntries(Object.entries(rest).filter(([, value]) => value.trim() !== ""));
  const lines = (steps ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return {
    ...(plain as Partial<Deed>),
    act,
    ...(reason.trim() ? { reason: reason.trim() } : {}),
    ...(score ? { score: Number(score) } : {}),
    ...(due ? { due: new Date(due).toISOString() } : {}),
    ...(lines.length > 0 ? { steps: lines } : {}),
  };
}

/** Whether something is missing that the act cannot be done without. */
export function lacks(needsReason: boolean, reason: string, fields: FieldName[], filled: Filled): boolean {
  return (needsReason && !reason.trim()) || fields.some((name) => requires(name) && !filled[name]?.trim());
}

const WORDS: FieldName[] = ["done", "found", "tried", "plan", "steps", "text", "proof"];

/** What somebody typed in their own words. */
export function wordsOf(reason: string, filled: Filled): string {
  return [reason, ...WORDS.map((name) => filled[name] ?? "")].filter((words) => words.trim()).join("\n");
}
