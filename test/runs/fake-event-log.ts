import type { OwnerUUID, RunUUID } from "../../src/contracts/ids.ts";
import type { EventLog } from "../../src/runs/event-feed.ts";
import { comesAfter, type EventFilter, type OwnedEvent } from "../../src/store/events.ts";

/** Lets others go on for so many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

const MANY_TURNS = 3_000;

/** Until something holds, or so long that it never will. */
export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < MANY_TURNS && !holds(); turn++) await turns(1);
}

/** What an event is of: numbers stand for UUIDs. */
export interface Subject {
  readonly owner: number;
  readonly run: number;
}

const uuidOf = (kind: string, number: number) =>
  `${kind}0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
export const ownerOf = (number: number) => uuidOf("a", number) as OwnerUUID;
export const runOf = (number: number) => uuidOf("b", number) as RunUUID;

export interface FakeEventLog extends EventLog {
  /** Begins a transaction that writes these. @returns what commits it */
  write(...subjects: readonly Subject[]): () => void;
  /** Tells those who listen. */
  tell(): void;
  /** Everything that has been committed, in its order. */
  committed(): readonly OwnedEvent[];
  /** As if an older backup had taken the database's place. */
  forgetAll(): void;
  /** What was asked for so far. */
  readonly reads: readonly EventFilter[];
}

/**
 * A log of transactions that commit in any order, as PostgreSQL's: what is asked for is looked up some turns later, and arrives some
 * more turns later.
 */
export function createFakeEventLog(page: number, delay: () => number = () => 1): FakeEventLog {
  let xid = 10;
  let id = 0;
  const open = new Set<number>();
  let committed: (OwnedEvent & { readonly xid: number })[] = [];
  const listeners = new Set<() => void>();
  const reads: EventFilter[] = [];
  const horizon = () => Math.min(xid, ...open);
  const eventOf = (at: number, { owner, run }: Subject): OwnedEvent => ({
    owner: ownerOf(owner),
    event: {
      cursor: `${at}.${++id}`,
      at: "2026-01-01T00:00:00.000Z",
      type: "task.progress",
      batchUUID: null,
      runUUID: runOf(run),
      taskUUID: null,
      data: {},
    },
  });
  return {
    page,
    reads,
    async now() {
      await turns(delay());
      const cursor = `${horizon()}.0`;
      await turns(delay());
      return cursor;
    },
    async read({ after, upTo }, filter) {
      reads.push(filter);
      await turns(delay());
      const found = committed
        .filter((told) => told.xid < horizon() && comesAfter(told.event.cursor, after))
        .filter((told) => upTo === undefined || !comesAfter(told.event.cursor, upTo))
        .filter((told) => filter.owner === undefined || filter.owner === told.owner)
        .filter((told) => filter.run === undefined || filter.run === told.event.runUUID)
        .slice(0, page);
      await turns(delay());
      return found;
    },
    onGrown(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    write(...subjects) {
      const own = xid++;
      open.add(own);
      const written = subjects.map((subject) => ({ ...eventOf(own, subject), xid: own }));
      return () => {
        if (!open.delete(own)) return;
        const order = (one: OwnedEvent, other: OwnedEvent) =>
          comesAfter(one.event.cursor, other.event.cursor) ? 1 : -1;
        committed = [...committed, ...written].sort(order);
      };
    },
    tell() {
      for (const listener of listeners) listener();
    },
    committed: () => committed,
    forgetAll() {
      xid = 10;
      committed = [];
    },
  };
}
