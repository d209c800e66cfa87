/** One stream of changes for the whole page, which reconnects by itself and catches up with what it missed. */
import type { EventView } from "@/api/schema";

export type Connection = "live" | "connecting" | "offline";
type Heard = (change: EventView) => void;

const SILENT_MS = 40_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const HIDDEN_MS = 60_000;

/** Follows `/api/v1/stream`. `onGap`: something may have happened that nobody will tell. */
export class LiveStream {
  connection: Connection = "connecting";
  #source: EventSource | undefined;
  #last: string | undefined;
  #waits = FIRST_WAIT_MS;
  #timers: { again?: number; silence?: number; hidden?: number } = {};
  readonly #heard = new Set<Heard>();
  readonly #watchers = new Set<() => void>();
  readonly #onGap: () => void;

  /** `newest`: the number of the newest event when everything shown was asked for later; without it there is a gap before the first. */
  constructor(onGap: () => void, newest: number | null) {
    this.#onGap = onGap;
    if (newest !== null) this.#last = String(newest);
  }

  /** Begin to follow; returns how to end it. */
  start(): () => void {
    const changed = () => this.#environmentChanged();
    for (const name of ["online", "offline"]) addEventListener(name, changed);
    document.addEventListener("visibilitychange", changed);
    this.#open();
    return () => {
      for (const name of ["online", "offline"]) removeEventListener(name, changed);
      document.removeEventListener("visibilitychange", changed);
      this.#close();
    };
  }

  /** Hear every change; returns how to stop. */
  hear(listener: Heard): () => void {
    this.#heard.add(listener);
    return () => this.#heard.delete(listener);
  }

  /** Hear of the connection (for `useSyncExternalStore`). */
  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** How it is connected at the moment. */
  state = (): Connection => this.connection;

  #open(): void {
    this.#close();
    this.#become(navigator.onLine ? "connecting" : "offline");
    const after = this.#last === undefined ? "" : `?after=${this.#last}`;
    const source = new EventSource(`/api/v1/stream${after}`);
    this.#source = source;
    this.#expectSign();
    source.addEventListener("open", () => this.#opened());
    source.addEventListener("alive", (event) => this.#alive(event));
    source.addEventListener("change", (event) => this.#change(event));
    source.addEventListener("error", () => this.#lost());
  }

  #opened(): void {
    if (this.#last === undefined) this.#onGap();
    this.#waits = FIRST_WAIT_MS;
    this.#expectSign();
    this.#become("live");
  }

  #alive(event: MessageEvent<string>): void {
    if (event.lastEventId) this.#last = event.lastEventId;
    this.#expectSign();
  }

  #change(event: MessageEvent<string>): void {
    this.#alive(event);
    const change = JSON.parse(event.data) as EventView;
    for (const listener of this.#heard) listener(change);
  }

  /** The browser tries again by itself after a break, but not after an answer that is an error. */
  #lost(): void {
    this.#become(navigator.onLine ? "connecting" : "offline");
    this.#close();
    this.#timers.again = window.setTimeout(() => this.#open(), this.#waits);
    this.#waits = Math.min(this.#waits * 2, LONGEST_WAIT_MS);
  }

  /** A connection can be dead without anybody saying so: the service gives a sign of life every 15 s. */
  #expectSign(): void {
    window.clearTimeout(this.#timers.silence);
    this.#timers.silence = window.setTimeout(() => this.#lost(), SILENT_MS);
  }

  /** A tab that nobody looks at gives its connection back: browsers keep few, and a phone sleeps. */
  #environmentChanged(): void {
    window.clearTimeout(this.#timers.hidden);
    if (document.hidden) {
      this.#timers.hidden = window.setTimeout(() => this.#close(), HIDDEN_MS);
    } else if (!navigator.onLine) {
      this.#become("offline");
    } else if (this.#source === undefined || this.connection !== "live") {
      this.#open();
    }
  }

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
    for (const timer of Object.values(this.#timers)) window.clearTimeout(timer);
    this.#timers = {};
  }

  #become(connection: Connection): void {
    if (this.connection === connection) return;
    this.connection = connection;
    for (const watcher of this.#watchers) watcher();
  }
}
