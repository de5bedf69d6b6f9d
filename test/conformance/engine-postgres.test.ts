import pg from "pg";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { describeEngine } from "./engine.ts";

describeEngine("PostgreSQL", async () => {
  const home = await makeTemporaryHome();
  return {
    environment: { MASKLOOM_HOME: home },
    async flush({ store }) {
      const client = new pg.Client(store.connection);
      await client.connect();
      const schema = `${store.schema}_queue`;
      await client.query(`truncate ${schema}.job, ${schema}.event, ${schema}.meta cascade`);
      await client.end();
    },
    stop: () => removeTemporaryHome(home),
  };
});
