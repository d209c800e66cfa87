/** What this device keeps in the browser: who is logged in, their tickets as last read, and what waits to be sent. */
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { AlarmView, MeView, TicketFull } from "@/api/schema";
import type { Waiting } from "@/offline/nouns";

const NAME = "keepwell";
const LAYOUT = 1;

/** The work of somebody as it was last read; `at` is when. */
export interface Kept {
  at: string;
  lang: string;
  tickets: TicketFull[];
  /** Those that nobody has acknowledged. */
  alarms: AlarmView[];
}

interface Layout extends DBSchema {
  /** By its name: `me`, who was last let in here. */
  person: { key: string; value: MeView };
  /** By the name of the reader. */
  work: { key: string; value: Kept };
  outbox: { key: number; value: Waiting; indexes: { owner: string } };
}

let opened: Promise<IDBPDatabase<Layout>> | undefined;

function database(): Promise<IDBPDatabase<Layout>> {
  opened ??= openDB<Layout>(NAME, LAYOUT, {
    upgrade(made) {
      made.createObjectStore("person");
      made.createObjectStore("work");
      made.createObjectStore("outbox", { keyPath: "id", autoIncrement: true }).createIndex("owner", "owner");
    },
    blocking(_now, _wanted, event) {
      (event.target as IDBDatabase).close();
      opened = undefined;
    },
    terminated() {
      opened = undefined;
    },
  });
  return opened;
}

/** Some browsers keep nothing (private windows, full disks): then the page works as long as there is a network. */
async function tried<T>(doing: (db: IDBPDatabase<Layout>) => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await doing(await database());
  } catch {
    opened = undefined;
    return otherwise;
  }
}

/** Who was last let in on this device. */
export function keptPerson(): Promise<MeView | undefined> {
  return tried((db) => db.get("person", "me"), undefined);
}

/** Remember who is logged in, so that their work opens without a network. */
export async function keepPerson(me: MeView): Promise<void> {
  await tried(async (db) => void (await db.put("person", me, "me")), undefined);
}

/** The session has ended: nothing that was read stays. What waits to be sent waits for its owner. */
export async function forgetRead(): Promise<void> {
  await tried(async (db) => {
    await db.delete("person", "me");
    await db.clear("work");
  }, undefined);
}

/** Somebody has logged out: nothing of theirs stays on this device. */
export async function forgetAll(owner: string): Promise<void> {
  await forgetRead();
  for (const { id } of await waitingOf(owner)) await remove(id);
}

/** The work of somebody as it was last read. */
export function keptWork(owner: string): Promise<Kept | undefined> {
  return tried((db) => db.get("work", owner), undefined);
}

/** Keep the work of somebody. */
export async function keepWork(owner: string, work: Kept): Promise<void> {
  await tried(async (db) => void (await db.put("work", work, owner)), undefined);
}

/** What waits of somebody, in the order in which it was done. */
export function waitingOf(owner: string): Promise<Waiting[]> {
  return tried((db) => db.getAllFromIndex("outbox", "owner", owner), []);
}

/** Put something into the outbox; its number is the order. Throws where the browser keeps nothing. */
export async function add(one: Omit<Waiting, "id">): Promise<number> {
  try {
    // The store gives the number.
    return await (await database()).add("outbox", one as Waiting);
  } catch (thrown) {
    opened = undefined;
    throw thrown;
  }
}

/** Put it back as it is now, if it has not been dropped meanwhile. */
export async function put(one: Waiting): Promise<void> {
  const write = (await database()).transaction("outbox", "readwrite");
  if (await write.store.get(one.id)) await write.store.put(one);
  await write.done;
}

/** It was sent, or dropped. */
export async function remove(id: number): Promise<void> {
  await tried((db) => db.delete("outbox", id), undefined);
}
