import type { RedisSettings } from "../config/queue-settings.ts";
import { MaskloomError } from "../errors.ts";
import { describeRedis } from "./redis-connection.ts";

/** What Redis, TLS or a socket says, and what to do about it; the first that fits counts. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /^NOAUTH|called without any password/,
    "it asks for a password; put it into REDIS_URL, or into REDIS_PASSWORD",
  ],
  [
    /^WRONGPASS|invalid password|invalid username-password/,
    "user or password are wrong; correct them in REDIS_URL, or REDIS_PASSWORD",
  ],
  [
    /^NOPERM/,
    "this user may not do what queues need; give it a rule such as ~{maskloom}:* +@all -@dangerous +info, where maskloom is QUEUE_PREFIX",
  ],
  [/^(MOVED|ASK|CROSSSLOT|CLUSTERDOWN)/, "it is part of a Redis Cluster; set REDIS_CLUSTER=true"],
  [/cluster support disabled/i, "it is no Redis Cluster; unset REDIS_CLUSTER and REDIS_CLUSTER_NODES"],
  [/^READONLY/, "it is a replica; give the primary's address, or REDIS_SENTINELS"],
  [/^MISCONF/, "it cannot write to its disk and so refuses; look into its log"],
  [/^OOM/, "its memory is full; raise maxmemory"],
  [
    /sentinels? (are|is) unreachable/i,
    "none of the sentinels knows that name or answers; correct REDIS_SENTINELS and REDIS_SENTINEL_NAME",
  ],
  [
    /self[- ]signed|unable to (verify|get)|UNABLE_TO|certificate/i,
    "its certificate is not trusted; name the authority that signed it in REDIS_TLS_CA, and REDIS_URL by the name in it",
  ],
  [
    /wrong version number|packet length|SSL|EPROTO|socket disconnected before secure TLS/i,
    "it does not speak TLS there; correct the port, or begin REDIS_URL with redis://",
  ],
  [
    /Protocol error|ECONNRESET|Connection is closed/,
    "if it speaks TLS there, begin REDIS_URL with rediss://; else look into its log",
  ],
];
const MEND_CLUSTER =
  "wait until its nodes have found each other, or mend it: redis-cli --cluster check says what is missing";
const START_IT = "start it, correct REDIS_URL, or unset it: then the queues live in the database";

/** A cluster of which some slots have no node, as while it begins. */
export class ClusterNotReady extends Error {
  constructor() {
    super("not every slot is served");
  }
}

/** @param told what was said first or last about the connection */
export function redisFailure(settings: RedisSettings, told: unknown): MaskloomError {
  if (told instanceof MaskloomError) return told;
  const reason = reasonOf(told);
  const advice = adviceFor(settings, told, reason);
  const what = `REDIS_URL: ${describeRedis(settings)}`;
  return new MaskloomError(
    "ENGINE_UNAVAILABLE",
    advice === undefined
      ? `${what} does not answer: ${reason}; ${START_IT}`
      : `${what}: ${reason}; ${advice}`,
    { cause: told },
  );
}

function adviceFor({ isCluster }: RedisSettings, told: unknown, reason: string): string | undefined {
  /* Whoever is taken for a cluster already is not told to say that it is one. */
  if (told instanceof ClusterNotReady || (isCluster && reason.includes("CLUSTERDOWN"))) return MEND_CLUSTER;
  return ADVICE.find(([pattern]) => pattern.test(reason))?.[1];
}

/** A cluster's own words say only that no node could be asked; why is in the last node's. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = "lastNodeError" in error ? error.lastNodeError : undefined;
  if (inner instanceof Error) return reasonOf(inner);
  return error.message || String("code" in error ? error.code : error.name);
}
