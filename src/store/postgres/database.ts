import type pg from "pg";
import type { Config } from "../../config/config.ts";
import { MaskloomError } from "../../errors.ts";
import { openPool } from "../../postgres-pool.ts";
import type { DatabaseConnection } from "./database-connection.ts";
import { joinEmbeddedServer } from "./embedded.ts";
import { withDatabaseAdvice } from "./postgres-failure.ts";

export interface Database {
  readonly kind: "embedded" | "server";
  /** For whoever needs sessions of its own (the queue, LISTEN, locks): past any pooler; carries no search_path. */
  readonly connection: DatabaseConnection;
  /** Shared by everything in this process; `search_path` is the configured schema, which may not exist yet. */
  readonly pool: pg.Pool;
  /** The pool leads through a pooler: from one transaction to the next its connections are other sessions. */
  readonly isPooled: boolean;
  /** Ends the pool and lets go of the embedded server, which ends itself when nobody uses it any more. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;
/**
 * Every question the engine asks has an index. A statement prepared while the tables are small would otherwise go
 * on reading all of them when they are large (seen: twelve of the sixteen milliseconds of a settlement).
 */
const BY_INDEX = [["enable_seqscan", "off"]] as const;
/**
 * As the embedded server has it. Before PostgreSQL 18 a scan that is off and must be after all counts as very costly, and what is costly is
 * compiled first or shared among processes (seen: 250 ms of compiling for a worker's sign of life, which takes 0.1 ms).
 */
const NOT_COMPILED = [
  ["jit", "off"],
  ["max_parallel_workers_per_gather", "0"],
] as const;

/**
 * Opens the PostgreSQL at DATABASE_URL, or the embedded one in the home folder, which is started if need be.
 * @throws ENGINE_UNAVAILABLE with what to do
 */
export async function openDatabase(config: Pick<Config, "home" | "database">): Promise<Database> {
  const { url, directUrl, connections } = config.database;
  const embedded = url === undefined ? await joinEmbeddedServer(config.home) : null;
  const connection = embedded?.connection ?? { connectionString: directUrl ?? url };
  const pool = openPool({
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    ...connection,
    max: connections,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    /* A pooler takes no settings of a session: the role has them, which is checked below. */
    ...(directUrl === undefined
      ? { options: sessionOptions(config.database) }
      : { connectionString: url, options: undefined }),
  });
  try {
    await assertAnswers(pool);
    if (directUrl !== undefined) await assertRoleSettings(pool, config.database);
  } catch (error) {
    await pool.end();
    await embedded?.release();
    throw error;
  }
  return {
    kind: embedded === null ? "server" : "embedded",
    connection,
    pool,
    isPooled: directUrl !== undefined,
    async close() {
      await pool.end();
      await embedded?.release();
    },
  };
}

/** Name and value of what every connection of the pool has, as the server's own settings. */
function sessionSettings({
  schema,
  statementTimeoutMs,
  lockTimeoutMs,
  idleTransactionTimeoutMs,
}: Config["database"]): readonly (readonly [string, string])[] {
  return [
    ["search_path", schema],
    ...BY_INDEX,
    ...NOT_COMPILED,
    ["statement_timeout", String(statementTimeoutMs)],
    ["lock_timeout", String(lockTimeoutMs)],
    ["idle_in_transaction_session_timeout", String(idleTransactionTimeoutMs)],
  ];
}

const sessionOptions = (settings: Config["database"]): string =>
  sessionSettings(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(" ");

/** Through a pooler it is the role that says where the tables are; without it every query would fail by itself. */
async function assertRoleSettings(pool: pg.Pool, settings: Config["database"]): Promise<void> {
  const { rows } = await pool.query<{ path: string; role: string; name: string }>(
    "SELECT current_setting('search_path') AS path, quote_ident(current_user) AS role, quote_ident(current_database()) AS name",
  );
  const [{ path, role, name } = { path: "", role: "", name: "" }] = rows;
  if (path === settings.schema) return;
  const statements = sessionSettings(settings).map(
    ([setting, value]) => `ALTER ROLE ${role} IN DATABASE ${name} SET ${setting} = ${value};`,
  );
  throw new MaskloomError(
    "ENGINE_UNAVAILABLE",
    `DATABASE_URL: expected search_path ${settings.schema} through the pooler, found ${path}; once, on the server: ` +
      `${statements.join(" ")} Then have the pooler connect anew (RECONNECT)`,
  );
}

/** The oldest PostgreSQL that is still maintained by its makers; docs/deployment.md says it, too. */
export const OLDEST_POSTGRES = 15;

/** @throws ENGINE_UNAVAILABLE where it does not answer, or is too old */
export async function assertAnswers(pool: pg.Pool): Promise<void> {
  const { rows } = await pool
    .query<{ major: number }>("SELECT current_setting('server_version_num')::int / 10000 AS major")
    .catch((error: unknown) => {
      const reason = withDatabaseAdvice(error, "start it, or correct DATABASE_URL");
      throw new MaskloomError("ENGINE_UNAVAILABLE", `the database cannot be used: ${reason}`, {
        cause: error,
      });
    });
  const major = rows[0]?.major ?? 0;
  if (major >= OLDEST_POSTGRES) return;
  throw new MaskloomError(
    "ENGINE_UNAVAILABLE",
    `DATABASE_URL: expected PostgreSQL ${OLDEST_POSTGRES} or newer, found ${major}; upgrade the server`,
  );
}
