/** From an object to what stands in its form, and back to what is sent. */
import type { Field } from "@/views/setup/shapes";

export type Values = Record<string, unknown>;
/** An object as the API keeps it. */
export interface Kept extends Values {
  id: string;
  key: string;
  version: number;
}

const EMPTY_LIST = new Set(["texts", "refs", "choices", "numbers", "pairs", "parts"]);

/** What stands in a form: only the fields that it has. */
export function valuesOf(fields: Field[], object: Values): Values {
  return Object.fromEntries(
    fields.filter(({ name }) => object[name] !== undefined).map(({ name }) => [name, object[name]]),
  );
}

/** How one field is sent; undefined: not at all. */
function sentAs(field: Field, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (field.type === "parts") return (value as Values[]).map((one) => bodyOf(field.fields ?? [], one));
  if (value !== "" && value !== null) return value;
  if (field.nullable) return null;
  return field.type === "text" || field.type === "clock" ? "" : undefined;
}

/** What is sent: nothing of what was never said; an emptied field as the API calls it. */
export function bodyOf(fields: Field[], values: Values): Values {
  const body: Values = {};
  for (const field of fields) {
    const sent = sentAs(field, values[field.name]);
    if (sent !== undefined) body[field.name] = sent;
  }
  return body;
}

/** Fields whose values differ between two states of an object. */
export function differing(fields: Field[], one: Values, other: Values): Field[] {
  const said = (values: Values, { name, type }: Field) =>
    JSON.stringify(values[name] ?? (EMPTY_LIST.has(type) ? [] : null));
  return fields.filter((field) => said(one, field) !== said(other, field));
}

const MINUTE_MS = 60_000;
/** The beginning of time, as the API has it: nothing was said. */
const ALWAYS_MS = 978_307_200_000;

/** A moment as `datetime-local` has it, in the reader's zone. */
export function localOf(iso: unknown): string {
  const ms = typeof iso === "string" ? Date.parse(iso) : Number.NaN;
  if (Number.isNaN(ms) || ms <= ALWAYS_MS) return "";
  const shifted = new Date(ms - new Date(ms).getTimezoneOffset() * MINUTE_MS);
  return shifted.toISOString().slice(0, 16);
}

/** Back to a moment of the API; null: nothing. */
export function momentOf(local: string): string | null {
  const ms = Date.parse(local);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
