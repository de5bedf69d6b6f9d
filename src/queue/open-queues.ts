import type { ClientConfig } from "pg";
import type { Config } from "../config/config.ts";
import { openPostgresQueues } from "./postgres-queues.ts";
import { openRedisQueues } from "./redis-queues.ts";
import type { TaskQueues } from "./task-queues.ts";

/**
 * Opens the queues: on Redis where REDIS_URL is set, else in the database.
 * @param connection of the database, as `openDatabase` returns it
 * @param onError hears of lost connections, which are made anew by themselves
 */
export function openQueues(
  config: Pick<Config, "database" | "queue">,
  connection: ClientConfig,
  onError: (error: unknown) => void,
): Promise<TaskQueues> {
  const { redis, prefix } = config.queue;
  if (redis !== undefined) return openRedisQueues({ settings: redis, prefix, onError });
  return openPostgresQueues({ connection, schema: `${config.database.schema}_queue`, onError });
}
