import { Kysely, PostgresDialect, sql } from "kysely";
import { LRUCache } from "lru-cache";
import type pg from "pg";
import { type BatchUUID, newTaskUUID } from "../contracts/ids.ts";
import { advanceRun } from "../engine/advance.ts";
import { settleStep } from "../engine/settle-step.ts";
import { hasCode, MaskloomError } from "../errors.ts";
import { openPool } from "../postgres-pool.ts";
import { type BatchContext, readBatchContext } from "./batches.ts";
import { forgetEventsToCome } from "./events.ts";
import { migrate } from "./migrate.ts";
import { withDatabaseAdvice } from "./postgres/postgres-failure.ts";
import { withoutPreparedStatements, withPreparedStatements } from "./prepared.ts";
import type { Schema } from "./schema.ts";
import type { DecideFor } from "./settle-tasks.ts";
import { openWakeUps, type WakeUps } from "./wake-ups.ts";

/** The database with what every part of the store shares. Queries are functions of `db` in the files beside this one. */
export interface Store {
  readonly db: Kysely<Schema>;
  readonly wakeUps: WakeUps;
  /** For sessions of one's own; the channel and the leader's lock go by the schema's name. */
  readonly connection: pg.ClientConfig;
  readonly schema: string;
  /** What is the same for all runs of a batch; read once per process, since a batch's workflow never changes. */
  batchContext(batchUUID: BatchUUID): Promise<BatchContext>;
  /** The engine's decisions for the runs of a batch, within the caller's transaction. */
  readonly decideFor: DecideFor;
  close(): Promise<void>;
}

const CONTEXTS_KEPT = 200;
const CONNECT_MS = 10_000;

/**
 * @param connection gives sessions of one's own, past any pooler
 * @param isPooled the pool's connections are no sessions: what was prepared in one is not there the next time
 * @throws ENGINE_UNAVAILABLE where the schema cannot be brought up to date
 */
export async function openStore(
  pool: pg.Pool,
  connection: pg.ClientConfig,
  schema: string,
  isPooled = false,
): Promise<Store> {
  await migrateSchema(connection, schema);
  const sessions = isPooled ? withoutPreparedStatements(pool) : withPreparedStatements(pool);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: sessions }) });
  const wakeUps = openWakeUps(db, connection, schema);
  const contexts = new LRUCache<BatchUUID, Promise<BatchContext>>({ max: CONTEXTS_KEPT });

  const batchContext = (batchUUID: BatchUUID, within: Kysely<Schema> = db): Promise<BatchContext> => {
    const known = contexts.get(batchUUID);
    if (known !== undefined) return known;
    const reading = readBatchContext(within, batchUUID);
    reading.catch(() => contexts.delete(batchUUID));
    contexts.set(batchUUID, reading);
    return reading;
  };

  return {
    db,
    wakeUps,
    connection,
    schema,
    batchContext: (batchUUID) => batchContext(batchUUID),
    async decideFor(batchUUID, within) {
      const { workflow, resolved } = await batchContext(batchUUID, within);
      return {
        settle: (run, task, outcome) => settleStep(workflow, resolved, run, task, outcome, Math.random()),
        advance: (run) => advanceRun(workflow, resolved, run, newTaskUUID),
      };
    },
    async close() {
      await wakeUps.close();
      await db.destroy();
    },
  };
}

/**
 * While a migration waits for a table that somebody reads, a backup say, everybody else waits behind it: so it waits for a moment,
 * lets them through and comes again.
 */
const MIGRATION_LOCK_MS = 4_000;

/** On a connection of its own, which no pooler shares and whose statements take the time they take. */
async function migrateSchema(connection: pg.ClientConfig, schema: string): Promise<void> {
  const pool = openPool({
    connectionTimeoutMillis: CONNECT_MS,
    ...connection,
    max: 1,
    options: `-c search_path=${schema} -c lock_timeout=${MIGRATION_LOCK_MS}`,
  });
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    await sql`create schema if not exists ${sql.id(schema)}`.execute(db).catch(ignoreRace);
    await migrate(db, schema);
    await sql`set lock_timeout = 0`.execute(db); // from here on nobody waits behind it
    await forgetEventsToCome(db);
  } finally {
    await db.destroy();
  }
}

/** Two processes that make the schema at once: `if not exists` may still collide, and then the other one made it. */
function ignoreRace(error: unknown): void {
  if (hasCode(error, "23505") || hasCode(error, "42P06")) return;
  const message = `database: the schema could not be made: ${withDatabaseAdvice(error)}`;
  throw new MaskloomError("ENGINE_UNAVAILABLE", message, { cause: error });
}
