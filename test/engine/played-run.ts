import { createHash, randomUUID } from "node:crypto";
import type { ArtifactUUID, BatchUUID, RunUUID, TaskUUID } from "../../src/contracts/ids.ts";
import { newTaskUUID } from "../../src/contracts/ids.ts";
import { DONE_TASK_STATUSES } from "../../src/contracts/run.ts";
import { advanceRun } from "../../src/engine/advance.ts";
import { applyChanges } from "../../src/engine/apply-advance.ts";
import { decideReview, type ReviewDecision } from "../../src/engine/decide-review.ts";
import { planRun } from "../../src/engine/plan.ts";
import { type FallbackPlace, resolvedStep } from "../../src/engine/resolved-workflow.ts";
import {
  type Advance,
  endsTask,
  type Outcome,
  type RunEnd,
  type RunState,
  type TaskState,
} from "../../src/engine/run-state.ts";
import { settleStep, spillTask } from "../../src/engine/settle-step.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { newRunState } from "../../src/store/runs.ts";
import type { PreparedExample } from "./two-steps.ts";

export const PICTURE = artifact("the picture");

/** A UUID that stands for what is told of it: the same in every play. */
export function artifact(of: string): ArtifactUUID {
  const hex = createHash("sha256").update(of).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-") as string as ArtifactUUID;
}

/** One run decided by the engine, with the fences of the store but without a database, a queue or time. */
export class PlayedRun {
  readonly #example: PreparedExample;
  /** Last attempt of each task, as the store counts them. */
  readonly attempts = new Map<TaskUUID, number>();
  /** How often each task ended. */
  readonly commits = new Map<TaskUUID, number>();
  readonly warnings: string[] = [];
  state: RunState;
  end: RunEnd | null = null;

  constructor(example: PreparedExample, inputs: RunState["inputs"] = {}) {
    this.#example = example;
    const run = {
      runUUID: randomUUID() as string as RunUUID,
      batchUUID: randomUUID() as string as BatchUUID,
      owner: LOCAL_OWNER,
      workflowDigest: example.workflowDigest,
      file: "a.png",
    };
    const tasks = planRun(example.workflow, example.resolved, newTaskUUID, () => 0.5);
    const image = { uuid: PICTURE, meta: { width: 100, height: 80 } };
    this.state = newRunState(run, { image, ...inputs }, tasks);
    this.advance();
  }

  withStatus(status: TaskState["status"]): readonly TaskState[] {
    return this.state.tasks.filter((task) => task.status === status);
  }

  task(step: string, element: number | null = null): TaskState {
    const found = this.state.tasks.find((task) => task.step === step && task.element === element);
    if (found === undefined) throw new Error(`no task ${step} ${element}`);
    return found;
  }

  /** The attempt's number, or null where the delivery finds nothing to do. */
  lease(taskUUID: TaskUUID): number | null {
    const task = this.state.tasks.find((candidate) => candidate.taskUUID === taskUUID);
    if (task?.status !== "queued") return null;
    const attempt = (this.attempts.get(taskUUID) ?? 0) + 1;
    this.attempts.set(taskUUID, attempt);
    this.#set(taskUUID, { status: "running" });
    return attempt;
  }

  /** False where the attempt is not the one that holds the task. */
  settle(taskUUID: TaskUUID, attempt: number, outcome: Outcome): boolean {
    const task = this.state.tasks.find((candidate) => candidate.taskUUID === taskUUID);
    if (task?.status !== "running" || this.attempts.get(taskUUID) !== attempt) return false;
    const { workflow, resolved } = this.#example;
    const change = settleStep(workflow, resolved, this.state, task, outcome, 0.5);
    this.#apply([change], []);
    this.advance();
    return true;
  }

  /** Executes a queued task at once. */
  finish(step: string, outcome: Outcome, element: number | null = null): void {
    const { taskUUID } = this.task(step, element);
    const attempt = this.lease(taskUUID);
    if (attempt === null || !this.settle(taskUUID, attempt, outcome))
      throw new Error(`${step} ${element} was not queued`);
  }

  /** Moves a task that waits too long to its fallback, or to another place of it. False where it stays. */
  spill(step: string, to?: FallbackPlace): boolean {
    const { workflow, resolved } = this.#example;
    const place = to ?? resolvedStep(resolved, step).fallback;
    if (place === undefined) return false;
    const change = spillTask(workflow, resolved, this.state, this.task(step), place);
    if (change === null) return false;
    this.#apply([change], []);
    this.advance();
    return true;
  }

  /** As the store does: whatever has not ended is cancelled, and the run with it. */
  cancel(): void {
    for (const { taskUUID, status } of this.state.tasks) {
      if (!DONE_TASK_STATUSES.has(status)) this.#set(taskUUID, { status: "cancelled" });
    }
    this.advance();
  }

  /** What a person says about a review that waits, or that its time is up. */
  review(step: string, decision: ReviewDecision): void {
    const task = this.task(step);
    if (task.status !== "review") throw new Error(`${step} is ${task.status}`);
    const { changes, redone } = decideReview(this.#example.workflow, this.state, task, decision);
    for (const { taskUUID, override } of redone)
      this.#set(taskUUID, { status: "waiting", output: null, override });
    this.#apply(changes, []);
    this.advance();
  }

  /** What the engine would decide now. */
  decide(): Advance {
    const { workflow, resolved } = this.#example;
    return advanceRun(workflow, resolved, this.state, newTaskUUID);
  }

  advance(): void {
    const { created, tasks, end } = this.decide();
    this.#apply(tasks, created);
    this.end = end;
  }

  #apply(...[changes, created]: [Parameters<typeof applyChanges>[1], Parameters<typeof applyChanges>[2]]) {
    for (const change of changes) {
      if (!endsTask(change)) continue;
      this.commits.set(change.taskUUID, (this.commits.get(change.taskUUID) ?? 0) + 1);
      this.warnings.push(...change.warnings);
    }
    this.state = applyChanges(this.state, changes, created);
  }

  #set(taskUUID: TaskUUID, values: Partial<TaskState>): void {
    const tasks = this.state.tasks.map((task) =>
      task.taskUUID === taskUUID ? { ...task, ...values } : task,
    );
    this.state = { ...this.state, tasks };
  }
}

/** Outcomes of workers. */
export const failed = (code = "PROVIDER_FAILED" as const, retry = false): Outcome => ({
  kind: "failed",
  error: { code, message: "no" },
  retry,
});

export const made = (output: object): Outcome => ({ kind: "succeeded", output, warnings: [], cost: null });

/** A mask of so many faces in a row, each with a mask of its own, each a little more turned. */
export function foundFaces(count: number, of = "faces"): Outcome {
  const detections = Array.from({ length: count }, (_, at) => ({
    box: [at * 10, 0, at * 10 + 8, 10 * (at + 1)],
    score: 0.9 - at / 10,
    label: "face",
    roll: at * 10,
    maskImage: artifact(`mask ${at + 1} of ${of}`),
  }));
  const output = {
    image: PICTURE,
    width: 100,
    height: 80,
    maskImage: count === 0 ? null : artifact(`mask of ${of}`),
    detections,
    count,
    fallbackUsed: false,
  };
  return { kind: count === 0 ? "skipped" : "succeeded", output, warnings: [], cost: null };
}

export function painted(of: string, seam = 1): Outcome {
  const region = { box: [0, 0, 1, 1], crop: [0, 0, 1, 1], scale: 1, status: "inpainted", seam };
  const rest = { colorShiftBefore: null, colorShiftAfter: null, sharpnessGain: null };
  return made({
    image: artifact(of),
    width: 100,
    height: 80,
    quality: { regions: [{ ...region, ...rest }], pixelsChangedOutside: 0, pixelsChangedInside: 9 },
  });
}
