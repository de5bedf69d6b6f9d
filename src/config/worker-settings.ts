import { z } from "zod";

/** How a worker process works. Command lines overrule it. */
export interface WorkerSettings {
  /** Queues that it serves, as `servedQueues` reads them; none = all. */
  readonly queues: readonly string[];
  /** Tasks at a time of each queue that works on this machine; undefined = one per core. */
  readonly concurrency: number | undefined;
  /** Milliseconds that what is under way is given when the worker is asked to end. */
  readonly graceMs: number;
  /** Bytes of memory beyond which it finishes what it has and is replaced; undefined = without a limit. */
  readonly mostMemoryBytes: number | undefined;
}

const Count = z.coerce.number().int().positive();
const List = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);

const UNITS: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };
/** A worker without any model takes about as much. */
const LEAST_MEMORY = 64 * 2 ** 20;

/** Bytes as `docker run --memory` takes them: `512M`, `2G`, `1.5g`, or plainly their number. */
export const MemorySize = z.string().transform((text, context) => {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(text) ?? [];
  const bytes = Math.round(Number(digits) * (UNITS[unit?.toUpperCase() ?? ""] ?? Number.NaN));
  if (bytes >= LEAST_MEMORY && Number.isSafeInteger(bytes)) return bytes;
  context.addIssue(`expected at least 64M, such as 2G, got ${text}`);
  return z.NEVER;
});

/** Rows for the table of all settings in config.ts. */
export const WORKER_SETTINGS = {
  MASKLOOM_QUEUES: { file: "worker.queues", type: List.default([]) },
  MASKLOOM_CONCURRENCY: { file: "worker.concurrency", type: Count.max(256).optional() },
  MASKLOOM_GRACE_SECONDS: {
    file: "worker.graceSeconds",
    type: z.coerce.number().min(0).max(86_400).default(20),
  },
  MASKLOOM_MAX_MEMORY: { file: "worker.maxMemory", type: MemorySize.optional() },
} as const;

interface Given {
  readonly MASKLOOM_QUEUES: readonly string[];
  readonly MASKLOOM_CONCURRENCY?: number | undefined;
  readonly MASKLOOM_GRACE_SECONDS: number;
  readonly MASKLOOM_MAX_MEMORY?: number | undefined;
}

export const workerSettingsOf = (given: Given): WorkerSettings => ({
  queues: given.MASKLOOM_QUEUES,
  concurrency: given.MASKLOOM_CONCURRENCY,
  graceMs: given.MASKLOOM_GRACE_SECONDS * 1000,
  mostMemoryBytes: given.MASKLOOM_MAX_MEMORY,
});
