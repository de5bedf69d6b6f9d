import { readFile } from "node:fs/promises";
import type { ConnectionOptions } from "node:tls";
import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { RedisSettings } from "../config/queue-settings.ts";
import { MaskloomError } from "../errors.ts";

/** One Redis, whichever the sentinels name, or a cluster; all commands of ours go to the slot of one hash tag. */
export type RedisConnection = Redis | Cluster;

const KEEP_ALIVE_MS = 10_000;
const LONGEST_WAIT_MS = 2_000;
/** What a primary says that has become a replica, and one that is being replaced: the command was not done. */
const AND_SEND_AGAIN = 2;
const NOT_PRIMARY = /^(READONLY|MASTERDOWN)/;

/**
 * A connection that is made anew for ever. Commands wait for it meanwhile; those of which nobody knows whether they were done are sent
 * again, which is harmless: a job's id is added once, and the lease in the database decides who works.
 * @param isOpen whether it was good already: then a primary that has become a replica is a failover, and not a mistake
 * @throws INPUT_INVALID where a file of the TLS settings cannot be read
 */
export async function createRedisConnection(
  settings: RedisSettings,
  isOpen: () => boolean,
): Promise<RedisConnection> {
  const url = new URL(settings.url);
  const tls = url.protocol === "rediss:" ? await readTls(settings.tls) : undefined;
  const common = {
    ...(url.username === "" ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === "" ? {} : { password: decodeURIComponent(url.password) }),
    ...(tls === undefined ? {} : { tls }),
    // Null: a worker's command waits for the connection to come back, however long that takes.
    maxRetriesPerRequest: null,
    keepAlive: KEEP_ALIVE_MS,
    connectionName: "maskloom",
    reconnectOnError: ({ message }: Error) => isOpen() && NOT_PRIMARY.test(message) && AND_SEND_AGAIN,
  } satisfies RedisOptions;
  const node = { host: hostOf(url), port: Number(url.port || 6379) };
  if (settings.isCluster) {
    const nodes = [node, ...settings.clusterNodes].map((one) => ({ ...one }));
    return new Cluster(nodes, {
      lazyConnect: true,
      redisOptions: common,
      // Names stay names, so that their certificates fit.
      ...(tls === undefined ? {} : { dnsLookup: (address, callback) => callback(null, address) }),
    });
  }
  const database = Number(url.pathname.slice(1) || 0);
  const retryStrategy = (times: number) => Math.min(times * 50, LONGEST_WAIT_MS);
  const one = { ...common, db: database, lazyConnect: true, retryStrategy };
  if (settings.sentinels.length === 0) return new Redis({ ...one, ...node });
  return new Redis({
    ...one,
    sentinels: settings.sentinels.map((sentinel) => ({ ...sentinel })),
    name: settings.sentinelName,
    sentinelRetryStrategy: retryStrategy,
    ...(settings.sentinelPassword === undefined ? {} : { sentinelPassword: settings.sentinelPassword }),
    ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
  });
}

/** Where it is, for people; without passwords. */
export function describeRedis({ url, sentinels, sentinelName, isCluster }: RedisSettings): string {
  const { host } = new URL(url);
  if (isCluster) return `Redis Cluster at ${host}`;
  if (sentinels.length === 0) return `Redis at ${host}`;
  const asked = sentinels.map((sentinel) => `${sentinel.host}:${sentinel.port}`).join(", ");
  return `Redis ${sentinelName} of the sentinels ${asked}`;
}

/** Brackets around an IPv6 address are the URL's. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, "") || "127.0.0.1";

async function readTls({ ca, cert, key }: RedisSettings["tls"]): Promise<ConnectionOptions> {
  const [caText, certText, keyText] = await Promise.all([
    readPem("REDIS_TLS_CA", ca),
    readPem("REDIS_TLS_CERT", cert),
    readPem("REDIS_TLS_KEY", key),
  ]);
  return {
    ...(caText === undefined ? {} : { ca: caText }),
    ...(certText === undefined ? {} : { cert: certText }),
    ...(keyText === undefined ? {} : { key: keyText }),
  };
}

/** A path, or the text itself. */
async function readPem(name: string, value: string | undefined): Promise<string | undefined> {
  if (value === undefined || value.startsWith("-----BEGIN ")) return value;
  const text = await readFile(value, "utf8").catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskloomError("INPUT_INVALID", `${name}: expected the path of a PEM file: ${reason}`, {
      cause: error,
    });
  });
  if (text.includes("-----BEGIN ")) return text;
  throw new MaskloomError("INPUT_INVALID", `${name}: expected a PEM file, found no -----BEGIN in ${value}`);
}
