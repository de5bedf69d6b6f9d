import type pg from "pg";
import type { Config } from "../../config.ts";

/** How to reach the database; what pg.Pool and pg.Client take. */
export type DatabaseConnection = Readonly<pg.PoolConfig>;

export interface Database {
  readonly kind: "embedded" | "server";
  /** For whoever needs connections of its own (the queue, LISTEN); carries no search_path. */
  readonly connection: DatabaseConnection;
  /** Shared by everything in this process; `search_path` is the configured schema. */
  readonly pool: pg.Pool;
  /** Ends the pool and lets go of the embedded server, which ends itself when nobody uses it any more. */
  close(): Promise<void>;
}

export type OpenDatabase = (config: Pick<Config, "home" | "database">) => Promise<Database>;
