import pg from "pg";
import type { Config } from "../../config.ts";
import { MaskloomError } from "../../errors.ts";
import type { DatabaseConnection } from "./database-connection.ts";
import { joinEmbeddedServer } from "./embedded.ts";

export interface Database {
  readonly kind: "embedded" | "server";
  /** For whoever needs connections of its own (the queue, LISTEN); carries no search_path. */
  readonly connection: DatabaseConnection;
  /** Shared by everything in this process; `search_path` is the configured schema, which may not exist yet. */
  readonly pool: pg.Pool;
  /** Ends the pool and lets go of the embedded server, which ends itself when nobody uses it any more. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;
/**
 * Every question the engine asks has an index. A statement prepared while the tables are small would otherwise go
 * on reading all of them when they are large (seen: twelve of the sixteen milliseconds of a settlement).
 */
const BY_INDEX = "-c enable_seqscan=off";

/**
 * Opens the PostgreSQL at DATABASE_URL, or the embedded one in the home folder, which is started if need be.
 * @throws ENGINE_UNAVAILABLE with what to do
 */
export async function openDatabase(config: Pick<Config, "home" | "database">): Promise<Database> {
  const { url, schema, connections } = config.database;
  const embedded = url === undefined ? await joinEmbeddedServer(config.home) : null;
  const connection = embedded?.connection ?? { connectionString: url };
  const pool = new pg.Pool({
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    ...connection,
    max: connections,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    options: `-c search_path=${schema} ${BY_INDEX}`,
  });
  pool.on("error", () => {}); // an idle connection was lost: the pool drops it, whoever queries next gets a new one
  // One in somebody's hands may be lost between two queries, too: unheard, that would end the process.
  pool.on("connect", (client) => client.on("error", () => {}));
  try {
    await assertAnswers(pool);
  } catch (error) {
    await pool.end();
    await embedded?.release();
    throw error;
  }
  return {
    kind: embedded === null ? "server" : "embedded",
    connection,
    pool,
    async close() {
      await pool.end();
      await embedded?.release();
    },
  };
}

/** The oldest PostgreSQL that is still maintained by its makers. */
const OLDEST_VERSION = 14;

async function assertAnswers(pool: pg.Pool): Promise<void> {
  const { rows } = await pool
    .query<{ major: number }>("SELECT current_setting('server_version_num')::int / 10000 AS major")
    .catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new MaskloomError(
        "ENGINE_UNAVAILABLE",
        `the database does not answer: ${reason}; check DATABASE_URL`,
        {
          cause: error,
        },
      );
    });
  const major = rows[0]?.major ?? 0;
  if (major >= OLDEST_VERSION) return;
  throw new MaskloomError(
    "ENGINE_UNAVAILABLE",
    `DATABASE_URL: expected PostgreSQL ${OLDEST_VERSION} or newer, found ${major}; upgrade the server`,
  );
}
