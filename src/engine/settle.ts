import { durationMs } from "../contracts/duration.ts";
import type { RetryPolicy } from "../contracts/retry-policy.ts";
import type { ErrorRecord } from "../errors.ts";
import type { Outcome, TaskChange, TaskState } from "./run-state.ts";

export const DEFAULT_RETRIES: RetryPolicy = { attempts: 3, backoff: "exponential" };

/** A task that took so many workers down with it is not tried again: it would take the next one too. */
export const MAX_LOSSES = 5;

const BASE_DELAY_MS = 1_000;
const MAX_DELAY_MS = 60_000;

/**
 * What becomes of a running task after one attempt. Postgres decides retries, not the queue; chance comes in, so that the
 * decision can be tested.
 * @param random in [0, 1): spreads retries of many tasks over half of the delay.
 */
export function settleTask(
  task: TaskState,
  outcome: Outcome,
  policy: RetryPolicy,
  random: number,
): Exclude<TaskChange, { readonly status: "review" }> {
  const { taskUUID, input, seed, failures, losses } = task;
  const again = (change: {
    error: ErrorRecord | null;
    delayMs: number | null;
    failures: number;
    losses: number;
  }) => ({ taskUUID, status: "queued", input, seed, ...change }) as const;
  /* Whatever its last attempt failed at, what may be on a bill is neither forgotten nor made anew elsewhere. */
  const failed = (error: ErrorRecord, counts: { failures: number; losses: number }) =>
    isOpen(task, error)
      ? ({ taskUUID, status: "uncertain", error: asOpen(error), ...counts } as const)
      : ({ taskUUID, status: "failed", output: null, error, warnings: [], ...counts } as const);

  switch (outcome.kind) {
    case "released":
      return again({ error: null, delayMs: null, failures, losses });
    case "lost": {
      const lost: ErrorRecord = {
        code: "WORKER_LOST",
        message: `the worker of step "${task.step}" stopped without a word, ${losses + 1} of at most ${MAX_LOSSES} times`,
      };
      if (losses + 1 >= MAX_LOSSES) return failed(lost, { failures, losses: losses + 1 });
      /* From the second time on apart from the others that were lost with it: one of them may be the cause. */
      const delayMs = losses === 0 ? null : retryDelayMs(DEFAULT_RETRIES, losses, random);
      return again({ error: lost, delayMs, failures, losses: losses + 1 });
    }
    case "held":
    case "uncertain":
      return { taskUUID, status: outcome.kind, error: outcome.error, failures, losses };
    case "failed": {
      const { error, retry, retryAfterMs = 0 } = outcome;
      const counts = { failures: failures + 1, losses };
      const listed = policy.on?.some((code) => code === error.code);
      /* A request under way is asked for in any case: to forget it would lose what was perhaps billed. */
      const worthIt = isOpen(task, error) || (listed ?? retry);
      if (worthIt && counts.failures < policy.attempts) {
        const delayMs = Math.max(retryDelayMs(policy, counts.failures, random), retryAfterMs);
        return again({ error, delayMs, ...counts });
      }
      return failed(error, counts);
    }
    default:
      return {
        taskUUID,
        status: outcome.kind,
        output: outcome.output,
        error: null,
        warnings: outcome.warnings,
        failures,
        losses,
      };
  }
}

const isOpen = ({ hasOpenCall = false }: TaskState, { code }: ErrorRecord): boolean =>
  hasOpenCall || code === "CALL_OPEN";

function asOpen(error: ErrorRecord): ErrorRecord {
  if (error.code === "CALL_OPEN") return error;
  const message = `${error.message}; a request that it sent before may be under way still, or on a bill`;
  return { code: "CALL_OPEN", message };
}

/** Doubling from one second up to a minute unless the policy says otherwise; half of it spread by chance. */
export function retryDelayMs(policy: RetryPolicy, failures: number, random: number): number {
  const backoff =
    typeof policy.backoff === "object" ? policy.backoff : { type: policy.backoff ?? "exponential" };
  if (backoff.type === "none") return 0;
  const base = backoff.delay === undefined ? BASE_DELAY_MS : durationMs(backoff.delay);
  const most = backoff.max === undefined ? MAX_DELAY_MS : durationMs(backoff.max);
  const factor = backoff.type === "exponential" ? 2 ** (failures - 1) : 1;
  const delay = Math.min(most, base * factor);
  return delay / 2 + (delay / 2) * random;
}
