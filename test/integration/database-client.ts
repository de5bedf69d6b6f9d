import { createInterface } from "node:readline";
import { readConfig } from "../../src/config/config.ts";
import { openDatabase } from "../../src/store/postgres/database.ts";

/* A process that uses the database: answers each line of SQL with a line of JSON, and closes when its input ends. */

const reply = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
try {
  const database = await openDatabase(readConfig());
  reply({ opened: database.kind });
  for await (const sql of createInterface({ input: process.stdin })) {
    const answer = await database.pool.query(sql).then(
      ({ rows }) => ({ rows }),
      (error: unknown) => ({ failed: String(error) }),
    );
    reply(answer);
  }
  await database.close();
} catch (error) {
  reply({ refused: error instanceof Error ? error.message : String(error) });
}
