import type { RedisSettings } from "../config/queue-settings.ts";
import { Outage } from "../outage.ts";
import { describeRedis } from "./redis-connection.ts";

const LOST =
  /^(connect |read |write |getaddrinfo )|Connection is closed|All sentinels are unreachable|Failed to refresh slots cache/;

/** As every connection to Redis, and each object of BullMQ on it, tells of it. */
export const redisOutage = (settings: RedisSettings, now?: () => number): Outage =>
  new Outage(`REDIS_URL: ${describeRedis(settings)}`, ({ message }) => LOST.test(message), now);
