import { Redis } from "ioredis";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { openQueues } from "../../src/queue/open-queues.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { describeTaskQueues } from "./queue.ts";
import { hasRedisServer, startRedisServer } from "./redis-server.ts";

const missing = !hasRedisServer();

describe.skipIf(mayBeMissing && missing)("with redis-server installed", () => {
  describeTaskQueues("Redis", async () => {
    const server = await startRedisServer(["--appendonly", "yes"]);
    const environment = { REDIS_URL: server.url, QUEUE_PREFIX: "suite" };
    const config = readConfig(environment);
    return {
      environment,
      open: () => openQueues(config, {}, () => {}),
      async flush() {
        const redis = new Redis(server.url);
        await redis.flushall();
        await redis.quit();
      },
      stop: () => server.stop(),
    };
  });

  describe("a Redis that may evict keys", () => {
    it("is refused with what to do", async () => {
      const server = await startRedisServer(["--maxmemory-policy", "allkeys-lru"]);
      const config = readConfig({ REDIS_URL: server.url });
      await expect(openQueues(config, {}, () => {})).rejects.toMatchObject({
        code: "ENGINE_UNAVAILABLE",
        message: expect.stringMatching(/expected maxmemory-policy noeviction, found allkeys-lru/),
      });
      await server.stop();
    });
  });
});

describe("a Redis that is not there", () => {
  it("is one error that says where and why, and nothing is told beside it", async () => {
    const told: unknown[] = [];
    const config = readConfig({ REDIS_URL: "redis://127.0.0.1:9" });
    await expect(openQueues(config, {}, (error) => told.push(error))).rejects.toMatchObject({
      code: "ENGINE_UNAVAILABLE",
      message: expect.stringMatching(/^REDIS_URL: Redis at 127\.0\.0\.1:9 does not answer: .*ECONNREFUSED/),
    });
    expect(told).toEqual([]);
  });
});
