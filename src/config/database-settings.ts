import { z } from "zod";
import { MaskloomError } from "../errors.ts";

/** Where the tables are, and how much patience their connections have. */
export interface DatabaseSettings {
  /** An outside PostgreSQL; without it an embedded one runs in the home folder. */
  readonly url: string | undefined;
  /**
   * The same database by an address that gives a session of one's own, where `url` leads through a pooler such as PgBouncer
   * that does not: for LISTEN, locks of a session, the queue's tables and migrations.
   */
  readonly directUrl: string | undefined;
  readonly schema: string;
  /** Connections of one process to the database, at most, without the queue's. */
  readonly connections: number;
  /** After which a statement is ended by the server; 0 = never. Migrations and copies of everything take their time. */
  readonly statementTimeoutMs: number;
  /** After which waiting for a lock is given up; 0 = never. */
  readonly lockTimeoutMs: number;
  /** Milliseconds for which events are kept: what a page that was closed for so long missed, it reads anew. */
  readonly keepEventsMs: number;
  /** After which a transaction that does nothing is ended, with its locks; 0 = never. */
  readonly idleTransactionTimeoutMs: number;
}

const Url = z.url({
  protocol: /^postgres(ql)?$/,
  error: "expected a URL that begins with postgres:// or postgresql://",
});
const Identifier = z
  .string()
  .regex(/^[a-z_][a-z0-9_]{0,47}$/, "expected lower-case letters, digits and _, at most 48 characters");
const DAY_SECONDS = 24 * 60 * 60;
const Seconds = z.coerce.number().min(0).max(DAY_SECONDS);

/** Rows for the table of all settings in config.ts. */
export const DATABASE_SETTINGS = {
  DATABASE_URL: { file: "database.url", type: Url.optional() },
  DATABASE_DIRECT_URL: { file: "database.directUrl", type: Url.optional() },
  DATABASE_SCHEMA: { file: "database.schema", type: Identifier.default("maskloom") },
  DATABASE_CONNECTIONS: {
    file: "database.connections",
    type: z.coerce.number().int().positive().max(100).default(8),
  },
  DATABASE_STATEMENT_TIMEOUT: { file: "database.statementTimeout", type: Seconds.default(120) },
  DATABASE_LOCK_TIMEOUT: { file: "database.lockTimeout", type: Seconds.default(30) },
  DATABASE_IDLE_TRANSACTION_TIMEOUT: { file: "database.idleTransactionTimeout", type: Seconds.default(60) },
  MASKLOOM_KEEP_EVENT_DAYS: {
    file: "database.keepEventDays",
    type: z.coerce.number().int().positive().max(36_500).default(90),
  },
} as const;

interface Given {
  readonly DATABASE_URL?: string | undefined;
  readonly DATABASE_DIRECT_URL?: string | undefined;
  readonly DATABASE_SCHEMA: string;
  readonly DATABASE_CONNECTIONS: number;
  readonly DATABASE_STATEMENT_TIMEOUT: number;
  readonly DATABASE_LOCK_TIMEOUT: number;
  readonly DATABASE_IDLE_TRANSACTION_TIMEOUT: number;
  readonly MASKLOOM_KEEP_EVENT_DAYS: number;
}

/** @throws INPUT_INVALID for a direct address beside no other */
export function databaseSettingsOf(given: Given): DatabaseSettings {
  if (given.DATABASE_DIRECT_URL !== undefined && given.DATABASE_URL === undefined) {
    throw new MaskloomError(
      "INPUT_INVALID",
      "DATABASE_DIRECT_URL: expected it beside DATABASE_URL, which leads through a pooler; set DATABASE_URL",
    );
  }
  return {
    url: given.DATABASE_URL,
    directUrl: given.DATABASE_DIRECT_URL,
    schema: given.DATABASE_SCHEMA,
    connections: given.DATABASE_CONNECTIONS,
    statementTimeoutMs: Math.round(given.DATABASE_STATEMENT_TIMEOUT * 1000),
    lockTimeoutMs: Math.round(given.DATABASE_LOCK_TIMEOUT * 1000),
    keepEventsMs: given.MASKLOOM_KEEP_EVENT_DAYS * DAY_SECONDS * 1000,
    idleTransactionTimeoutMs: Math.round(given.DATABASE_IDLE_TRANSACTION_TIMEOUT * 1000),
  };
}
