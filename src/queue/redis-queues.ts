import { createRedisBackend } from "bullmq";
import { Redis } from "ioredis";
import { MaskloomError } from "../errors.ts";
import type { Backend } from "./bullmq-backend.ts";
import { BullmqQueues } from "./bullmq-queues.ts";
import type { TaskQueues } from "./task-queues.ts";

export type RedisQueuesOptions = {
  /** redis:// or rediss:// */
  readonly url: string;
  /** Begins every key, as a hash tag: `{maskloom}:masking:…` */
  readonly prefix: string;
  readonly onError: (error: unknown) => void;
};

/**
 * Queues in Redis, over one connection shared by producers and one more per consumer.
 * @throws ENGINE_UNAVAILABLE when Redis does not answer, or may evict keys
 */
export async function openRedisQueues({ url, prefix, onError }: RedisQueuesOptions): Promise<TaskQueues> {
  // Null: a worker's command waits for the connection to come back, however long that takes.
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null });
  /* Until it has answered once, what the failure says is part of the error; from then on connections are lost and made anew. */
  let failure: unknown = null;
  const remember = (error: unknown) => {
    failure = error;
  };
  redis.on("error", remember);
  try {
    await redis.connect();
    assertNoEviction(await redis.info("memory"));
    redis.off("error", remember);
    redis.on("error", onError);
  } catch (error) {
    redis.disconnect();
    if (error instanceof MaskloomError) throw error;
    const told = failure ?? error;
    const reason = told instanceof Error ? told.message : String(told);
    const { host } = new URL(url);
    throw new MaskloomError(
      "ENGINE_UNAVAILABLE",
      `REDIS_URL: Redis at ${host} does not answer: ${reason}; start it, correct REDIS_URL, or unset it: ` +
        "then the queues live in the database",
      { cause: error },
    );
  }
  return new BullmqQueues(redisBackend(redis, `{${prefix}}`), onError);
}

function redisBackend(redis: Redis, prefix: string): Backend<Redis> {
  return {
    name: "redis",
    connection: redis,
    prefix,
    bulkFrom: 2,
    factory: (name, opts, options) => createRedisBackend(name, opts, options),
    async findLive(jobs) {
      // Finished jobs are removed, so a job's key exists exactly as long as it is unfinished.
      const pipeline = redis.pipeline();
      for (const { queue, id } of jobs) pipeline.exists(`${prefix}:${queue}:${id}`);
      const answers = (await pipeline.exec()) ?? [];
      return jobs.flatMap(({ id }, index) => {
        const [error, exists] = answers[index] ?? [new Error("no answer"), 0];
        if (error !== null) throw error;
        return exists === 1 ? [id] : [];
      });
    },
    async close() {
      await redis.quit();
    },
  };
}

/** Evicting single keys would leave BullMQ with ids that have no job. */
function assertNoEviction(memory: string): void {
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1];
  if (policy === undefined || policy === "noeviction") return;
  throw new MaskloomError(
    "ENGINE_UNAVAILABLE",
    `REDIS_URL: expected maxmemory-policy noeviction, found ${policy}; run CONFIG SET maxmemory-policy noeviction, ` +
      "or use a Redis that is no cache",
  );
}
