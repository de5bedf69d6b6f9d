import { Redis } from "ioredis";
import { describe } from "vitest";
import { mayBeMissing } from "../may-be-missing.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { describeEngine } from "./engine.ts";
import { hasRedisServer, startRedisServer } from "./redis-server.ts";

const missing = !hasRedisServer();

describe.skipIf(mayBeMissing && missing)("with redis-server installed", () => {
  describeEngine("Redis", async () => {
    const server = await startRedisServer(["--appendonly", "yes"]);
    const home = await makeTemporaryHome();
    return {
      environment: { MASKLOOM_HOME: home, REDIS_URL: server.url },
      async flush() {
        const redis = new Redis(server.url);
        await redis.flushall();
        await redis.quit();
      },
      async stop() {
        await removeTemporaryHome(home);
        await server.stop();
      },
    };
  });
});
