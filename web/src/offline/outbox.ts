/** The outbox of this device: what was done waits here until the service has it, in order per ticket. */
import { onceKey } from "@/api/client";
import { asProblem, passing } from "@/api/problem";
import { serviceNow } from "@/offline/clock";
import { type Deed, lineOf, type Seen, type Waiting } from "@/offline/nouns";
import { judged, send } from "@/offline/sending";
import * as store from "@/offline/store";

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;
const LOCK = "keepwell-outbox";
const NONE: Waiting[] = [];

type Watcher = () => void;

/** The outbox of whoever is logged in. Every tab has one; a lock lets one of them send at a time. */
class Outbox {
  #owner = "";
  #waiting: Waiting[] = NONE;
  #watchers = new Set<Watcher>();
  #sent: (line: string) => void = () => undefined;
  #waitMs = FIRST_WAIT_MS;
  #timer: number | undefined;
  #busy: Promise<void> | undefined;
  #again = false;

  /** Send for `owner` from now on; `sent` hears of every line in which something arrived. Returns how to stop. */
  start(owner: string, sent: (line: string) => void): () => void {
    this.#owner = owner;
    this.#sent = sent;
    const now = () => this.flush();
    addEventListener("online", now);
    void this.#look().then(now);
    return () => {
      removeEventListener("online", now);
      window.clearTimeout(this.#timer);
      this.#owner = "";
      this.#show(NONE);
    };
  }

  watch = (watcher: Watcher): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** What waits, in the order in which it was done. */
  waiting = (): Waiting[] => this.#waiting;

  /** It is done, at this moment; it is sent when it can be. Where the browser keeps nothing it is sent at once, or throws `ApiProblem`. */
  async add(owner: string, deed: Deed, seen?: Seen): Promise<void> {
    const key = onceKey()["idempotency-key"];
    const line = lineOf(deed);
    const one = { owner, line, at: serviceNow(), key, deed, ...(seen ? { seen } : {}) };
    try {
      await store.add(one);
    } catch {
      await send({ ...one, id: 0 });
      return this.#sent(line);
    }
    await this.#look();
    this.flush();
  }

  /** Drop it: as if it had not been done. */
  async drop(one: Waiting): Promise<void> {
    await store.remove(one.id);
    await this.#look();
    this.flush();
  }

  /** Send what was refused: again as it is, or (`now`) as done now, over what others did. */
  async resend({ refused: _, seen, ...one }: Waiting, now: boolean): Promise<void> {
    const key = onceKey()["idempotency-key"];
    await store.put(now ? { ...one, now, key } : { ...one, key, ...(seen ? { seen } : {}) });
    await this.#look();
    this.flush();
  }

  /** Send what can be sent, now. */
  flush = (): void => {
    window.clearTimeout(this.#timer);
    if (this.#busy) {
      this.#again = true;
      return;
    }
    this.#busy = this.#alone(() => this.#sendAll()).finally(() => {
      this.#busy = undefined;
      if (!this.#again) return;
      this.#again = false;
      this.flush();
    });
  };

  async #alone(doing: () => Promise<void>): Promise<void> {
    if (!navigator.locks) return doing();
    await navigator.locks.request(LOCK, doing);
  }

  async #sendAll(): Promise<void> {
    await this.#look();
    const stuck = new Set(this.#waiting.filter((one) => one.refused).map((one) => one.line));
    for (const one of this.#waiting) {
      if (stuck.has(one.line)) continue;
      const fresh = this.#waiting.find(({ id }) => id === one.id);
      if (!fresh || this.#owner !== one.owner) continue;
      const outcome = await this.#sendOne(fresh);
      if (outcome === "later") return this.#later();
      if (outcome === "refused") stuck.add(one.line);
    }
    this.#waitMs = FIRST_WAIT_MS;
  }

  async #sendOne(one: Waiting, tried = false): Promise<"sent" | "later" | "refused"> {
    try {
      const { seen } = await send(one);
      await store.remove(one.id);
      if (seen) await this.#carryOn(one, seen);
      await this.#look();
      this.#sent(one.line);
      return "sent";
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (passing(problem) || problem.status === 401) return "later";
      const judgement = await judged(one, thrown);
      if ("seen" in judgement && !tried) return this.#sendOne({ ...one, ...judgement }, true);
      if ("seen" in judgement) return "later";
      await store.put({ ...one, ...judgement });
      await this.#look();
      return "refused";
    }
  }

  /** What was done after it on the same ticket knew of it. */
  async #carryOn({ line, owner }: Waiting, seen: Seen): Promise<void> {
    for (const next of await store.waitingOf(owner))
      if (next.line === line && next.seen) await store.put({ ...next, seen });
  }

  #later(): void {
    this.#timer = window.setTimeout(this.flush, this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
  }

  async #look(): Promise<void> {
    if (this.#owner) this.#show(await store.waitingOf(this.#owner));
  }

  #show(waiting: Waiting[]): void {
    this.#waiting = waiting.length > 0 ? waiting : NONE;
    for (const watcher of this.#watchers) watcher();
  }
}

export const outbox = new Outbox();
