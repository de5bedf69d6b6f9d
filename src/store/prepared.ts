import { type PostgresPool, type PostgresPoolClient, type RawBuilder, sql } from "kysely";
import type pg from "pg";
import { isStalePlan } from "./deadlock.ts";

/** At the very front, or where Kysely puts it: behind the verb. */
const MARK = /^\s*(?:select\s+)?\/\* prepare:([a-z-]+) \*\//;

/** For statements that Kysely builds: `.modifyFront(prepareAs("name"))`. */
export const prepareAs = (name: string): RawBuilder<unknown> => sql.raw(`/* prepare:${name} */`);

/**
 * The pool as Kysely sees it. A statement that begins with a mark such as `prepare:lease` is prepared once per connection
 * under that name: planning the engine's large statements anew costs more than executing them. Their texts never vary.
 * What they give may: where a newer version has added a column, whatever asks for all of them fails once, and is then prepared anew.
 * Ending the pool is left to whoever opened the database.
 */
export function withPreparedStatements(pool: pg.Pool): PostgresPool {
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  const renewals = new Map<string, number>();
  return {
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client) ?? preparing(client, renewals);
      clients.set(client, known);
      return known;
    },
    end: async () => undefined,
  };
}

/** The same where each transaction may get another session: what was prepared in the one before is not known there. */
export function withoutPreparedStatements(pool: pg.Pool): PostgresPool {
  return { connect: async () => plain(await pool.connect()), end: async () => undefined };
}

function plain(client: pg.PoolClient): PostgresPoolClient {
  return asKyselys(client, (text, values) => client.query({ text, values: [...values] }));
}

/** @param renewals how often each of them had to be prepared anew, on whichever connection: the others would fail at it, too */
function preparing(client: pg.PoolClient, renewals: Map<string, number>): PostgresPoolClient {
  return asKyselys(client, async (text, values) => {
    const mark = MARK.exec(text)?.[1];
    if (mark === undefined) return client.query({ text, values: [...values] });
    const renewal = renewals.get(mark) ?? 0;
    const name = renewal === 0 ? mark : `${mark}-${renewal}`;
    return client.query({ text, values: [...values], name }).catch((error: unknown) => {
      if (isStalePlan(error)) renewals.set(mark, renewal + 1);
      throw error;
    });
  });
}

function asKyselys(
  client: pg.PoolClient,
  query: (text: string, values: readonly unknown[]) => Promise<unknown>,
): PostgresPoolClient {
  /* Kysely would also accept a cursor here, and never passes one without being given a cursor class. */
  return { query: query as object as PostgresPoolClient["query"], release: () => client.release() };
}
