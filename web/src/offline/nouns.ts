/** What waits in the outbox of this device. */
import type { MoveIn, Step } from "@/api/schema";

/** Something that a person did here. */
export type Deed =
  | { kind: "move"; number: string; body: Partial<MoveIn> & { act: MoveIn["act"] } }
  | { kind: "comment"; number: string; text: string; public: boolean }
  | { kind: "photo"; number: string; bytes: ArrayBuffer; type: string; public: boolean }
  | { kind: "scan"; first: string; second: string }
  | { kind: "acknowledge"; alarm: string; what: string };

/** The ticket as whoever acted on it saw it. */
export interface Seen {
  version: number;
  /** How many steps its history had. */
  steps: number;
}

/** Why it was not taken, in the words of the API. */
export interface Refused {
  code: string;
  status: number;
  title: string;
  detail: string;
  /** What others did since, the earliest first. */
  meanwhile: Pick<Step, "act" | "principal" | "reason" | "time">[];
  /** It can be sent all the same, as done now. */
  anyway: boolean;
}

export interface Waiting {
  /** Order in which things were done on this device. */
  id: number;
  owner: string;
  /** What has to stay in order: a ticket, an alarm, or all scans. */
  line: string;
  /** When it was done. */
  at: string;
  /** Sent again with the same key it is done once. */
  key: string;
  deed: Deed;
  seen?: Seen;
  /** Sent all the same: done now, whatever others did. */
  now?: boolean;
  refused?: Refused;
}

/** In which line a deed waits. */
export function lineOf(deed: Deed): string {
  if (deed.kind === "scan") return "scans";
  if (deed.kind === "acknowledge") return `alarm:${deed.alarm}`;
  return `ticket:${deed.number}`;
}
