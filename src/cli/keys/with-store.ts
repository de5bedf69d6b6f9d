import { readConfig } from "../../config/config.ts";
import { openDatabase } from "../../store/postgres/database.ts";
import { openStore, type Store } from "../../store/store.ts";

/** Does some work with the database of this installation, which a running server may be using meanwhile. */
export async function withStore<Result>(work: (store: Store) => Promise<Result>): Promise<Result> {
  const config = readConfig();
  const database = await openDatabase(config);
  try {
    const { pool, connection, isPooled } = database;
    const store = await openStore(pool, connection, config.database.schema, isPooled);
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  } finally {
    await database.close();
  }
}
