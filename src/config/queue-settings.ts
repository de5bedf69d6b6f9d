import { z } from "zod";
import { MaskloomError } from "../errors.ts";

/** A machine that answers for Redis. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** How an outside Redis is reached. */
export interface RedisSettings {
  /** Scheme, user, password, database; also the machine, unless sentinels are asked for it. */
  readonly url: string;
  /** Asked which machine is the primary now; empty = none. */
  readonly sentinels: readonly RedisNode[];
  /** By which name sentinels know the primary. */
  readonly sentinelName: string;
  /** Of the sentinels themselves. */
  readonly sentinelPassword: string | undefined;
  /** Whether the URL's machine is one of a Redis Cluster. */
  readonly isCluster: boolean;
  /** Further machines of the cluster that are asked for the others when the first does not answer. */
  readonly clusterNodes: readonly RedisNode[];
  /** Paths of PEM files, for rediss://. */
  readonly tls: {
    /** Whom to trust beside the authorities that Node knows. */
    readonly ca: string | undefined;
    /** Our own certificate and its key, where Redis asks for one. */
    readonly cert: string | undefined;
    readonly key: string | undefined;
  };
}

export interface QueueSettings {
  /** Undefined: the queues live in the same PostgreSQL. */
  readonly redis: RedisSettings | undefined;
  /** Begins every Redis key, as a hash tag. On PostgreSQL the schema `<database.schema>_queue` separates. */
  readonly prefix: string;
}

/** As it is written in the settings. */
export const nodeText = ({ host, port }: RedisNode): string =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`;

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26379;

/** `redis-1:6379, [::1]:6380, redis-3` */
const nodes = (defaultPort: number) =>
  z.string().transform((text, context): RedisNode[] => {
    const found: RedisNode[] = [];
    for (const entry of text.split(",").map((part) => part.trim())) {
      if (entry === "") continue;
      const [, bracketed, plain, digits] =
        /^(?:\[([^\]]+)\]|([^\s:/@[\]]+))(?::(\d{1,5}))?$/.exec(entry) ?? [];
      const host = bracketed ?? plain;
      const port = Number(digits ?? defaultPort);
      if (host === undefined || port < 1 || port > 65_535) {
        context.addIssue(`expected host:port, such as redis-1:${defaultPort}, got ${entry}`);
        return z.NEVER;
      }
      found.push({ host, port });
    }
    return found;
  });

/** Rows for the table of all settings in config.ts. */
export const QUEUE_SETTINGS = {
  REDIS_URL: {
    file: "queue.redisUrl",
    type: z
      .url({ protocol: /^rediss?$/, error: "expected a URL that begins with redis:// or rediss://" })
      .optional(),
  },
  REDIS_SENTINELS: { file: "queue.redisSentinels", type: nodes(SENTINEL_PORT).default([]) },
  REDIS_SENTINEL_NAME: { file: "queue.redisSentinelName", type: z.string().default("mymaster") },
  REDIS_SENTINEL_PASSWORD: { file: "queue.redisSentinelPassword", type: z.string().optional() },
  REDIS_CLUSTER: {
    file: "queue.redisCluster",
    type: z.stringbool({ error: "expected true or false" }).default(false),
  },
  REDIS_CLUSTER_NODES: { file: "queue.redisClusterNodes", type: nodes(REDIS_PORT).default([]) },
  REDIS_TLS_CA: { file: "queue.redisTlsCa", type: z.string().optional() },
  REDIS_TLS_CERT: { file: "queue.redisTlsCert", type: z.string().optional() },
  REDIS_TLS_KEY: { file: "queue.redisTlsKey", type: z.string().optional() },
  QUEUE_PREFIX: {
    file: "queue.prefix",
    type: z
      .string()
      .regex(/^[\w-]{1,64}$/, "expected 1 to 64 letters, digits, - or _")
      .default("maskloom"),
  },
} as const;

interface Given {
  readonly REDIS_URL?: string | undefined;
  readonly REDIS_SENTINELS: readonly RedisNode[];
  readonly REDIS_SENTINEL_NAME: string;
  readonly REDIS_SENTINEL_PASSWORD?: string | undefined;
  readonly REDIS_CLUSTER: boolean;
  readonly REDIS_CLUSTER_NODES: readonly RedisNode[];
  readonly REDIS_TLS_CA?: string | undefined;
  readonly REDIS_TLS_CERT?: string | undefined;
  readonly REDIS_TLS_KEY?: string | undefined;
  readonly QUEUE_PREFIX: string;
}

/** @throws INPUT_INVALID where settings contradict each other, or would silently do nothing */
export function queueSettingsOf(given: Given): QueueSettings {
  const { REDIS_URL: url } = given;
  const isCluster = given.REDIS_CLUSTER || given.REDIS_CLUSTER_NODES.length > 0;
  const isTls = url?.startsWith("rediss:") ?? false;
  for (const [wrong, message] of [
    [
      url === undefined && (isCluster || given.REDIS_SENTINELS.length > 0),
      "REDIS_URL: expected it beside REDIS_SENTINELS and REDIS_CLUSTER, for scheme, user and password; set it, such as redis://redis-1",
    ],
    [
      isCluster && given.REDIS_SENTINELS.length > 0,
      "REDIS_CLUSTER: expected no REDIS_SENTINELS beside it: a cluster replaces its primaries by itself; unset one of them",
    ],
    [
      isCluster && url !== undefined && /^\/?0?$/.test(new URL(url).pathname) === false,
      "REDIS_URL: expected no number of a database, because a Redis Cluster has but one; remove what follows the host",
    ],
    [
      !isTls &&
        [given.REDIS_TLS_CA, given.REDIS_TLS_CERT, given.REDIS_TLS_KEY].some((one) => one !== undefined),
      "REDIS_TLS_CA, REDIS_TLS_CERT, REDIS_TLS_KEY: expected REDIS_URL to begin with rediss:// beside them",
    ],
    [
      (given.REDIS_TLS_CERT === undefined) !== (given.REDIS_TLS_KEY === undefined),
      "REDIS_TLS_CERT, REDIS_TLS_KEY: expected both or none, got one of them",
    ],
  ] as const) {
    if (wrong) throw new MaskloomError("INPUT_INVALID", message);
  }
  const redis: RedisSettings | undefined =
    url === undefined
      ? undefined
      : {
          url,
          sentinels: given.REDIS_SENTINELS,
          sentinelName: given.REDIS_SENTINEL_NAME,
          sentinelPassword: given.REDIS_SENTINEL_PASSWORD,
          isCluster,
          clusterNodes: given.REDIS_CLUSTER_NODES,
          tls: { ca: given.REDIS_TLS_CA, cert: given.REDIS_TLS_CERT, key: given.REDIS_TLS_KEY },
        };
  return { redis, prefix: given.QUEUE_PREFIX };
}
