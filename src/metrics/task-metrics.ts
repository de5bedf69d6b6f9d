import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** An attempt at a task, as it is counted. */
export interface CountedAttempt {
  readonly taskType: string;
  /** Null: nothing was to be asked of anybody. */
  readonly provider: string | null;
  readonly outcome: "succeeded" | "cached" | "skipped" | "failed" | "parked" | "stopped";
  readonly seconds: number;
  /** Milliseconds per part of the work. */
  readonly timings: Readonly<Record<string, number>>;
  /** Of a failure. */
  readonly code: string | null;
}

export interface TaskMetrics {
  /** A task begins after it waited in that queue. */
  began(task: { readonly queue: string; readonly taskType: string; readonly waitedMs: number }): void;
  ended(attempt: CountedAttempt): void;
  called(provider: string, outcome: string, seconds: number): void;
  /** What a call came to, whatever became of the attempt that made it. @param usd at least 0 */
  spent(provider: string, usd: number): void;
}

/** From a lookup in the cache to an inpainting that a queue of a GPU holds up. */
const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
/** Whoever waits for longer waits for a batch. */
const WAITED = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 900, 3_600, 14_400];

/** What a worker tells of its tasks. */
export function createTaskMetrics(registry: Registry): TaskMetrics {
  const registers = [registry];
  const waited = new Histogram({
    name: "maskloom_task_wait_seconds",
    help: "From ready to leased, by queue and kind of task",
    labelNames: ["queue", "task_type"],
    buckets: WAITED,
    registers,
  });
  const took = new Histogram({
    name: "maskloom_task_duration_seconds",
    help: "One attempt, by kind of task, provider and how it ended",
    labelNames: ["task_type", "provider", "outcome"],
    buckets: SECONDS,
    registers,
  });
  const part = new Histogram({
    name: "maskloom_task_part_seconds",
    help: "Parts of attempts: inference, decode, encode, store, send and others",
    labelNames: ["task_type", "part"],
    buckets: SECONDS,
    registers,
  });
  const running = new Gauge({
    name: "maskloom_worker_tasks_running",
    help: "Tasks that this worker has under way, by kind of task",
    labelNames: ["task_type"],
    registers,
  });
  const failures = new Counter({
    name: "maskloom_task_failures_total",
    help: "Attempts that failed, by kind of task, provider and error code",
    labelNames: ["task_type", "provider", "code"],
    registers,
  });
  const cost = new Counter({
    name: "maskloom_task_cost_usd_total",
    help: "US dollars that calls came to which ended here, those of failed attempts too; as reserved where nobody knows",
    labelNames: ["provider"],
    registers,
  });
  const hits = new Counter({
    name: "maskloom_cache_hits_total",
    help: "Results that were there already, by kind of task",
    labelNames: ["task_type"],
    registers,
  });
  const calls = new Histogram({
    name: "maskloom_provider_call_seconds",
    help: "Calls to providers with their waits for a slot, by provider and how they ended: ok or an error code",
    labelNames: ["provider", "outcome"],
    buckets: SECONDS,
    registers,
  });
  return {
    began({ queue, taskType, waitedMs }) {
      waited.observe({ queue, task_type: taskType }, waitedMs / 1000);
      running.inc({ task_type: taskType });
    },
    ended({ taskType, provider, outcome, seconds, timings, code }) {
      const task = { task_type: taskType, provider: provider ?? "none" };
      running.dec({ task_type: taskType });
      took.observe({ ...task, outcome }, seconds);
      for (const [name, ms] of Object.entries(timings))
        part.observe({ task_type: taskType, part: name }, ms / 1000);
      if (outcome === "cached") hits.inc({ task_type: taskType });
      if (code !== null) failures.inc({ ...task, code });
    },
    called: (provider, outcome, seconds) => calls.observe({ provider, outcome }, seconds),
    spent(provider, usd) {
      if (usd > 0) cost.inc({ provider }, usd);
    },
  };
}
