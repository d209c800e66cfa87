/** What an event of a ticket changed, as far as it says something to people. */

export type Told = Record<string, unknown>;

/** One thing that changed; `from` is undefined where nobody knows what stood there, or nothing did. */
export interface Change {
  name: string;
  from: unknown;
  to: unknown;
}

/** Those that have a name in `ticket.json` below `changed`; the state is shown as a badge. */
const SHOWN = [
  "assignee",
  "to",
  "priority",
  "deadline_us",
  "act_by_us",
  "hold",
  "line",
  "team",
  "category",
  "phase",
  "customer",
  "resolution",
  "improvement_owner",
  "wished_us",
  "promised_us",
  "score",
] as const;

function empty(value: unknown): boolean {
  return value === null || value === undefined || value === "";
}

/** What changed from `old` to `now`. */
export function changes(old: Told, now: Told): Change[] {
  return SHOWN.filter(
    (name) => name in now && now[name] !== old[name] && !(empty(now[name]) && empty(old[name])),
  ).map((name) => ({
    name,
    from: empty(old[name]) ? undefined : old[name],
    to: now[name],
  }));
}
