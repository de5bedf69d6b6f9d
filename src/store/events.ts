import { type Kysely, sql } from "kysely";
import { z } from "zod";
import type { BatchUUID, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { Event } from "../contracts/run.ts";
import { MaskloomError } from "../errors.ts";
import { toJson } from "./json.ts";
import type { Schema } from "./schema.ts";
import { waitForDisk } from "./wait-for-disk.ts";

export interface EventFilter {
  readonly owner?: OwnerUUID;
  readonly batch?: BatchUUID;
  readonly run?: RunUUID;
}

export interface EventPage {
  readonly events: Event[];
  /** Where to go on: after the last event read, or where the reader stood. */
  readonly cursor: string;
}

/** An event with what it does not say itself. */
export interface OwnedEvent {
  readonly owner: OwnerUUID;
  readonly event: Event;
}

/** Events after the first cursor, up to the second one and that one's own with it. */
export interface EventRange {
  readonly after: string;
  readonly upTo?: string;
}

const Cursor = z.string().regex(/^\d{1,20}\.\d{1,20}$/);
const START = "0.0";

/**
 * Events of a range, in an order that never changes and with none left out. Neither a sequence nor a time is commit
 * order: an event numbered 7 may become visible after number 8. So the order is by transaction id, and a reader goes no
 * further than the oldest transaction still under way (pg_snapshot_xmin): everything before it is decided for good. And
 * what a crash of the database takes is as if it had never been, its number is given again: so nothing is told before it is
 * on the disk, or who remembers such a cursor would miss what comes after.
 */
export async function readOwnedEvents(
  db: Kysely<Schema>,
  { after, upTo }: EventRange,
  { owner, batch, run }: EventFilter,
  limit: number,
): Promise<OwnedEvent[]> {
  const [xid, id] = parseCursor(after);
  let query = db
    .selectFrom("events")
    .select(["xid", "id", "at", "type", "owner_uuid", "batch_uuid", "run_uuid", "task_uuid", "data"])
    .where(sql<boolean>`(xid, id) > (${xid}::text::xid8, ${id}::bigint)`)
    .where(sql<boolean>`xid < pg_snapshot_xmin(pg_current_snapshot())`)
    .orderBy("xid")
    .orderBy("id")
    .limit(limit);
  if (upTo !== undefined) {
    const [lastXid, lastId] = parseCursor(upTo);
    query = query.where(sql<boolean>`(xid, id) <= (${lastXid}::text::xid8, ${lastId}::bigint)`);
  }
  if (owner !== undefined) query = query.where("owner_uuid", "=", owner);
  if (batch !== undefined) query = query.where("batch_uuid", "=", batch);
  if (run !== undefined) query = query.where("run_uuid", "=", run);
  const rows = await query.execute();
  if (rows.length > 0) await waitForDisk(db);
  return rows.map((row) => ({
    owner: row.owner_uuid,
    event: {
      cursor: `${row.xid}.${row.id}`,
      at: row.at.toISOString(),
      type: row.type as Event["type"],
      batchUUID: row.batch_uuid,
      runUUID: row.run_uuid,
      taskUUID: row.task_uuid,
      data: row.data,
    },
  }));
}

/** The events after the cursor, as `readOwnedEvents` reads them. */
export async function readEvents(
  db: Kysely<Schema>,
  after: string,
  filter: EventFilter,
  limit: number,
): Promise<EventPage> {
  const events = (await readOwnedEvents(db, { after }, filter, limit)).map(({ event }) => event);
  return { events, cursor: events.at(-1)?.cursor ?? after };
}

/** Whether the first cursor stands behind the second one in the log. */
export function comesAfter(one: string, other: string): boolean {
  const [[xid, id], [otherXid, otherId]] = [parseCursor(one), parseCursor(other)];
  return xid === otherXid ? BigInt(id) > BigInt(otherId) : BigInt(xid) > BigInt(otherXid);
}

/** The cursor of this moment: what commits from now on comes after it, whatever happens to the database. */
export async function currentCursor(db: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ xmin: string }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as xmin`.execute(db);
  await waitForDisk(db);
  return rows[0] === undefined ? START : `${rows[0].xmin}.0`;
}

/** By the clock that all times of rows and events are of. */
export async function databaseTime(db: Kysely<Schema>): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
  return rows[0]?.now ?? new Date();
}

/**
 * Where somebody goes on who comes back: at the cursor that was remembered, or at this moment where that one is of a
 * database that this one was not made from: a backup that was restored into a new one counts from the beginning.
 */
export async function resumeCursor(db: Kysely<Schema>, remembered: string): Promise<string> {
  const now = await currentCursor(db);
  const [[xid], [xmin]] = [parseCursor(remembered), parseCursor(now)];
  return BigInt(xid) > BigInt(xmin) ? now : remembered;
}

/** Events that a backup brought along from transactions that this database has not had yet: they would be told when it comes to them. */
export async function forgetEventsToCome(db: Kysely<Schema>): Promise<void> {
  await sql`delete from events where xid >= pg_snapshot_xmax(pg_current_snapshot())`.execute(db);
}

export interface NewEvent {
  readonly type: Event["type"];
  readonly owner: OwnerUUID;
  readonly batch?: BatchUUID;
  readonly run?: RunUUID;
  readonly task?: TaskUUID;
  readonly data?: Readonly<Record<string, unknown>>;
}

export async function appendEvents(db: Kysely<Schema>, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await db
    .insertInto("events")
    .values(
      events.map((event) => ({
        type: event.type,
        owner_uuid: event.owner,
        batch_uuid: event.batch ?? null,
        run_uuid: event.run ?? null,
        task_uuid: event.task ?? null,
        data: toJson(event.data ?? {}),
      })),
    )
    .execute();
}

function parseCursor(cursor: string): [string, string] {
  const [xid, id] = Cursor.safeParse(cursor).success ? cursor.split(".") : [];
  if (xid !== undefined && id !== undefined) return [xid, id];
  throw new MaskloomError("INPUT_INVALID", `cursor: expected one that an event carried, got "${cursor}"`);
}
