import type { OwnerUUID } from "../contracts/ids.ts";
import type { WireTask } from "../contracts/wire/tasks.ts";
import type { WireError } from "../contracts/wire/wire-error.ts";

/** What the connection asks of whatever executes tasks. */
export interface TaskService {
  /**
   * Begins a task or attaches to the same one under way. Results are delivered through `deliver` as they come: items and
   * errors, each belonging to this task; resolves when all are delivered. With deliveryMethod async: delivers one
   * acknowledgement. Rejects never: faults are delivered as errors.
   */
  perform(
    owner: OwnerUUID,
    task: WireTask,
    request: Readonly<Record<string, unknown>>,
    deliver: (answer: TaskAnswer) => void,
    context: TaskContext,
  ): Promise<void>;
}

export interface TaskContext {
  /** Aborts when nobody wants the answer any more; the task itself goes on. */
  readonly signal: AbortSignal;
  /** scheme://host[:port] the client reached us by, for URLs. */
  readonly baseUrl: string;
  readonly dryRun: boolean;
  readonly strict: boolean;
  /** Hears of a task that was begun and goes on after its answer: `ended` resolves when it does not any more. */
  readonly onGoesOn?: (ended: () => Promise<void>) => void;
}

/** One item of `data`, or one of `errors`. */
export type TaskAnswer = { readonly item: Record<string, unknown> } | { readonly error: WireError };
