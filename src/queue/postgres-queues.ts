import {
  type BackendFactory,
  type IQueueBackend,
  PostgresConnection,
  type PostgresConnectionOptions,
  PostgresQueueBackend,
  runMigrations,
} from "bullmq";
import type pg from "pg";
import { MaskloomError } from "../errors.ts";
import { openPool } from "../postgres-pool.ts";
import type { Backend } from "./bullmq-backend.ts";
import { BullmqQueues } from "./bullmq-queues.ts";
import type { TaskQueues } from "./task-queues.ts";

export type PostgresQueuesOptions = {
  /** The same database as the tasks'; the queue makes a pool of its own. */
  readonly connection: pg.ClientConfig;
  /** Schema of the queue's tables, made if it is missing; letters, digits and _, at most 63. */
  readonly schema: string;
  readonly onError: (error: unknown) => void;
};

/** For adding and for finishing; each consumer adds one that listens. */
const POOL_SIZE = 4;

/**
 * Queues in PostgreSQL. Their connections commit without waiting for the disk: all that a crash can take are
 * deliveries of the last moment, which the sweeper makes anew, or finished ones come back, whose lease is refused.
 * @throws ENGINE_UNAVAILABLE when the tables cannot be made
 */
export async function openPostgresQueues({
  connection,
  schema,
  onError,
}: PostgresQueuesOptions): Promise<TaskQueues> {
  const options = `-c search_path=${schema} -c synchronous_commit=off`;
  const pool = openPool({ ...connection, max: POOL_SIZE, keepAlive: true, options }, onError);
  try {
    await migrate(pool, schema);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return new BullmqQueues(postgresBackend(pool, schema), onError);
}

function postgresBackend(pool: pg.Pool, schema: string): Backend<pg.Pool> {
  const factory: BackendFactory<IQueueBackend, pg.Pool> = (name, opts) =>
    new PostgresQueueBackend(new SharedPoolConnection(pool, schema), name, {
      ...opts,
      connection: asBullmqPool(pool),
    });
  return {
    name: "postgres",
    connection: pool,
    factory,
    // Measured: BullMQ's bulk function makes temporary tables, 2.2 ms however few the jobs; one job takes 0.3 ms.
    bulkFrom: 8,
    reserve: (connections) => {
      pool.options.max += connections;
    },
    async findLive(jobs) {
      // BullMQ would tell the state of one job per round trip.
      const { rows } = await pool.query<{ id: string }>({
        name: "live",
        text: `SELECT job.id FROM unnest($1::text[], $2::text[]) AS wanted (queue, id)
               JOIN job USING (queue, id) WHERE job.state IN ('waiting', 'active', 'delayed')`,
        values: [jobs.map((job) => job.queue), jobs.map((job) => job.id)],
      });
      return rows.map((row) => row.id);
    },
    close: () => pool.end(),
  };
}

/** BullMQ knows either a pool of ours in the schema `bullmq`, or any schema with a pool per object: this is both. */
class SharedPoolConnection extends PostgresConnection {
  override readonly schema: string;

  constructor(pool: pg.Pool, schema: string) {
    super(asBullmqPool(pool));
    this.schema = schema;
  }
}

type BullmqPool = Extract<PostgresConnectionOptions, { connect(): unknown }>;

/**
 * The pool as one of BullMQ's objects sees it. Each would listen for the pool's errors for ever, which we hear
 * anyway; and BullMQ's own type of a pool fits pg's in all but the overloads of `on`.
 */
function asBullmqPool(pool: pg.Pool): BullmqPool {
  const view = {
    options: pool.options,
    query: (text: string, values?: unknown[]) => pool.query(text, values),
    connect: () => pool.connect(),
    end: async () => {},
    on: () => view,
    removeAllListeners: () => view,
  };
  return view as object as BullmqPool;
}

async function migrate(pool: pg.Pool, schema: string): Promise<void> {
  try {
    const client = await pool.connect();
    try {
      // The tables, unlike what is in them, must not be lost with a server that is killed a moment later.
      await client.query("SET synchronous_commit = on");
      await runMigrations(client, schema);
      await client.query("RESET synchronous_commit");
    } finally {
      client.release();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskloomError(
      "ENGINE_UNAVAILABLE",
      `the queue's tables (schema ${schema}) cannot be brought up to date: ${reason}; check that DATABASE_URL's user ` +
        "may create schemas, and that no newer version of Maskloom uses this one",
      { cause: error },
    );
  }
}
