import type { ArtifactUUID, BatchUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { RunStatus, TaskStatus } from "../contracts/run.ts";
import type { TaskType } from "../contracts/tasks.ts";
import type { ErrorRecord } from "../errors.ts";

/* What the engine knows of a run while it decides. The store loads it, applies what is decided, and decides nothing. */

/** What a person chose for one task, over what its step says; its conditions are not asked then. */
export interface TaskOverride {
  readonly seed?: number;
  readonly maskImage?: ArtifactUUID;
  /** What it begins with, where parts of it are to stay as they were painted before. */
  readonly seedImage?: ArtifactUUID;
  /** An element that is left out: what it would have painted stays as it was. */
  readonly skip?: true;
}

export interface TaskState {
  readonly taskUUID: TaskUUID;
  readonly step: string;
  readonly element: number | null;
  readonly taskType: TaskType;
  readonly status: TaskStatus;
  readonly provider: string | null;
  readonly model: string | null;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: ErrorRecord | null;
  readonly seed: number | null;
  /** Attempts that ended in an error, and attempts whose worker vanished. */
  readonly failures: number;
  readonly losses: number;
  readonly seconds: number;
  /** USD that are booked for its calls, of all its attempts; null where none was paid. */
  readonly cost: number | null;
  readonly override?: TaskOverride | null;
  /** It is at its step's fallback since it would have waited too long. */
  readonly spilled?: boolean;
  /** A call of it was sent that may be on a bill, and whose end is not known. */
  readonly hasOpenCall?: boolean;
}

export interface RunState {
  readonly runUUID: RunUUID;
  readonly batchUUID: BatchUUID;
  readonly file: string;
  readonly status: RunStatus;
  readonly inputs: JsonObject;
  readonly tasks: readonly TaskState[];
}

/** Who executes a task, and by which queue it gets there. */
interface TaskPlace {
  readonly queue: string;
  readonly provider: string | null;
  readonly model: string | null;
}

/** Where a task goes from where it was planned, and whether only because it would have waited there. */
interface NewPlace extends TaskPlace {
  readonly spilled?: boolean;
}

/** A task as it is first written: one per step, and one per element once the list of a `forEach` step is known. */
export interface PlannedTask extends TaskPlace {
  readonly taskUUID: TaskUUID;
  readonly step: string;
  readonly element: number | null;
  readonly taskType: TaskType;
  readonly seed: number | null;
}

export type TaskChange = TaskQueued | TaskAsked | TaskParked | TaskEnd;

interface TaskQueued {
  readonly taskUUID: TaskUUID;
  readonly status: "queued";
  readonly input: unknown;
  readonly seed: number | null;
  /** Where it goes from here on, if that is elsewhere than it was planned. */
  readonly place?: NewPlace | undefined;
  /** Milliseconds from the moment it is written, by the clock of the database; null = now. */
  readonly delayMs: number | null;
  readonly error: ErrorRecord | null;
  readonly failures: number;
  readonly losses: number;
}

interface TaskAsked {
  readonly taskUUID: TaskUUID;
  /** It waits for a person. */
  readonly status: "review";
  readonly input: unknown;
  /** Milliseconds after which it is decided without one, from the moment it is written; null = never. */
  readonly timeoutMs: number | null;
  readonly error: null;
  readonly failures: number;
  readonly losses: number;
}

/** It goes no further by itself: there is no budget for it, or nobody knows whether it was billed. */
interface TaskParked {
  readonly taskUUID: TaskUUID;
  readonly status: "held" | "uncertain";
  /** What it waits for. */
  readonly error: ErrorRecord;
  readonly failures: number;
  readonly losses: number;
}

export interface TaskEnd {
  readonly taskUUID: TaskUUID;
  readonly status: "succeeded" | "cached" | "skipped" | "failed" | "cancelled";
  readonly output: unknown;
  readonly error: ErrorRecord | null;
  readonly warnings: readonly string[];
  readonly failures: number;
  readonly losses: number;
}

export function endsTask(change: TaskChange): change is TaskEnd {
  return change.status !== "queued" && change.status !== "review" && !isParked(change);
}

export function isParked(change: TaskChange): change is TaskParked {
  return change.status === "held" || change.status === "uncertain";
}

export interface RunEnd {
  readonly status: Exclude<RunStatus, "queued" | "running" | "review">;
  readonly output: ArtifactUUID | null;
  readonly outputs: Readonly<Record<string, unknown>> | null;
  readonly error: ErrorRecord | null;
}

/** What follows from the tasks that are done: successors that became ready or will never run, and the end of the run. */
export interface Advance {
  /** Tasks that come into being. What was decided for them at once stands among `tasks`. */
  readonly created: readonly PlannedTask[];
  readonly tasks: readonly TaskChange[];
  readonly end: RunEnd | null;
}

/** How one attempt ended, as its worker says (or the sweeper, where the worker is gone). */
export type Outcome =
  | {
      readonly kind: "succeeded" | "cached" | "skipped";
      readonly output: unknown;
      readonly warnings: readonly string[];
      /** USD that went into this result; what the task cost is booked with its calls. */
      readonly cost: number | null;
    }
  | {
      readonly kind: "failed";
      readonly error: ErrorRecord;
      readonly retry: boolean;
      /** Whoever failed says when trying again can help; sooner it is not tried. */
      readonly retryAfterMs?: number;
    }
  | { readonly kind: "held" | "uncertain"; readonly error: ErrorRecord }
  | { readonly kind: "lost" }
  /** The worker shuts down and gives the task back untouched. */
  | { readonly kind: "released" };
