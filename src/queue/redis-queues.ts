import { setTimeout as delay } from "node:timers/promises";
import { createRedisBackend } from "bullmq";
import { Cluster } from "ioredis";
import type { RedisSettings } from "../config/queue-settings.ts";
import { MaskloomError } from "../errors.ts";
import type { Outage } from "../outage.ts";
import type { Backend } from "./bullmq-backend.ts";
import { BullmqQueues } from "./bullmq-queues.ts";
import { createRedisConnection, type RedisConnection } from "./redis-connection.ts";
import { ClusterNotReady, redisFailure } from "./redis-failure.ts";
import { redisOutage } from "./redis-outage.ts";
import type { TaskQueues } from "./task-queues.ts";

export type RedisQueuesOptions = {
  readonly settings: RedisSettings;
  /** Begins every key, as a hash tag: `{maskloom}:masking:…`, so that a cluster keeps all of it in one slot. */
  readonly prefix: string;
  readonly onError: (error: unknown) => void;
};

/**
 * Queues in Redis, over one connection shared by producers and one more per consumer.
 * @throws ENGINE_UNAVAILABLE when Redis does not answer, refuses what queues need, or may evict keys
 */
export async function openRedisQueues({
  settings,
  prefix,
  onError,
}: RedisQueuesOptions): Promise<TaskQueues> {
  let isOpen = false;
  const outage = redisOutage(settings);
  const redis = await createRedisConnection(settings, () => isOpen);
  const tag = `{${prefix}}`;
  /* Until it has answered once, what the failure says is part of the error; from then on connections are lost and made anew. */
  let failure: unknown = null;
  const remember = (error: unknown) => {
    failure = error;
    // Nobody waits for one that is not there: from here on it is retried, not while it is opened.
    redis.disconnect();
  };
  redis.on("error", remember);
  try {
    await connect(redis);
    assertNoEviction(await readMemory(redis, tag));
    await assertWritable(redis, tag);
    isOpen = true;
    redis.off("error", remember);
    redis.on("error", outage.filter(onError));
    redis.on("ready", () => outage.isOver());
  } catch (error) {
    redis.disconnect();
    throw redisFailure(settings, error instanceof MaskloomError ? error : (failure ?? error));
  }
  return new BullmqQueues(redisBackend(redis, tag, outage), onError);
}

/** Longer than one takes that is there; one that still reads what it had written down is asked again by whoever starts us. */
const LONGEST_OPENING_MS = 30_000;

/** Connects once. What takes connections and says nothing would be waited for without end. */
async function connect(redis: RedisConnection): Promise<void> {
  const over = new AbortController();
  const silence = delay(LONGEST_OPENING_MS, undefined, over).then(() => {
    throw new Error(`no answer within ${LONGEST_OPENING_MS / 1000} seconds`);
  });
  const connected = redis instanceof Cluster ? connectCluster(redis) : redis.connect();
  try {
    await Promise.race([connected, silence]);
  } finally {
    over.abort();
  }
}

/** A cluster whose slots are not all served is left and tried anew by ioredis, which forgets about whoever waits for the first try. */
async function connectCluster(cluster: Cluster): Promise<void> {
  let leave: (() => void) | undefined;
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(new ClusterNotReady());
    cluster.once("reconnecting", leave);
  });
  try {
    await Promise.race([cluster.connect(), left]);
  } finally {
    if (leave !== undefined) cluster.off("reconnecting", leave);
  }
}

/** As queues write: by a script. A replica, a cluster's other node and a user without the right refuse it. */
async function assertWritable(redis: RedisConnection, tag: string): Promise<void> {
  await redis.eval("return redis.call('set', KEYS[1], ARGV[1], 'PX', 1000)", 1, `${tag}:probe`, "1");
}

function redisBackend(redis: RedisConnection, prefix: string, outage: Outage): Backend<RedisConnection> {
  return {
    name: "redis",
    connection: redis,
    prefix,
    bulkFrom: 2,
    factory: (name, opts, options) => createRedisBackend(name, opts, options),
    oncePerOutage: (onError) => outage.filter(onError),
    isAway: () => redis.status !== "ready",
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
      /* One that is away hears no farewell, which would wait until it is back. */
      if (redis.status === "ready") await redis.quit();
      else redis.disconnect();
    },
  };
}

/** By a script with a key, so that a cluster asks the node that all of ours are on, and none that has nothing of it. */
async function readMemory(redis: RedisConnection, tag: string): Promise<string> {
  return String(await redis.eval("return redis.call('info', 'memory')", 1, `${tag}:probe`));
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
