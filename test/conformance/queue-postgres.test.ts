import { readConfig } from "../../src/config/config.ts";
import { openQueues } from "../../src/queue/open-queues.ts";
import { openDatabase } from "../../src/store/postgres/database.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { describeTaskQueues } from "./queue.ts";

describeTaskQueues("embedded PostgreSQL", async () => {
  const environment = {
    MASKLOOM_HOME: await makeTemporaryHome(),
    DATABASE_SCHEMA: "suite",
    REDIS_URL: "",
    DATABASE_URL: "",
  };
  const config = readConfig(environment);
  const database = await openDatabase(config);
  return {
    environment,
    open: () => openQueues(config, database.connection, () => {}),
    async flush() {
      await database.pool.query("TRUNCATE suite_queue.job, suite_queue.event, suite_queue.meta CASCADE");
    },
    async stop() {
      await database.close();
      await removeTemporaryHome(environment.MASKLOOM_HOME);
    },
  };
});
