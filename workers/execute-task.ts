import { durationMs } from "../src/contracts/duration.ts";
import { ImageMaskingParameters, type TaskType } from "../src/contracts/tasks.ts";
import { resolvedModel } from "../src/engine/resolved-workflow.ts";
import { stepKind } from "../src/engine/step-kinds.ts";
import { MaskloomError, parseAs } from "../src/errors.ts";
import { cacheKeyOf, contentOf } from "../src/runs/cache-key.ts";
import { findCachedResult, saveCachedResult } from "../src/store/cached-results.ts";
import { type LeasedTask, requireHeldForGood } from "../src/store/leases.ts";
import type { Store } from "../src/store/store.ts";
import { leaveWhenAborted } from "./decoded-images.ts";
import type { ExecuteRecorded } from "./records/record-attempt.ts";
import { Stopwatch } from "./stopwatch.ts";
import { takeUpResult } from "./take-up-result.ts";
import { composite } from "./tasks/composite.ts";
import { gather } from "./tasks/gather.ts";
import { imageInference } from "./tasks/image-inference.ts";
import { imageMasking } from "./tasks/image-masking.ts";
import { resize } from "./tasks/resize.ts";
import type { TaskHandler, WorkerServices } from "./tasks/task-services.ts";
import { upload } from "./tasks/upload.ts";
import { webhook } from "./tasks/webhook.ts";
import type { TaskResult } from "./worker.ts";

const HANDLERS: Partial<Record<TaskType, TaskHandler>> = {
  imageMasking,
  imageInference,
  composite,
  resize,
  gather,
  upload,
  webhook,
};

/** Looks in the cache, executes, remembers. A task's step may limit its time. */
export function createExecutor(store: Store, services: WorkerServices): ExecuteRecorded {
  return async (task, signal, record) => {
    const handler = HANDLERS[task.taskType];
    if (handler === undefined) {
      throw new MaskloomError("FEATURE_NOT_YET", `task ${task.taskType}: this worker cannot execute it`);
    }
    const { hasEffects } = stepKind(task.taskType);
    const [{ workflow, resolved }, content] = await Promise.all([
      store.batchContext(task.batchUUID),
      hasEffects ? null : contentOf(task, services.artifacts),
    ]);
    const step = workflow.steps.find((candidate) => candidate.id === task.step);
    const { modelDigest } = resolvedModel(resolved, task);
    /* What it sends tells of steps before it, whose ends did not wait for the disk: done again they would have made others. */
    if (hasEffects) await requireHeldForGood(store.db, task);
    const stopwatch = new Stopwatch();
    const key = hasEffects ? null : cacheKeyOf(task, resolved, content);
    const mayReuse = !task.fresh && (step?.cache ?? workflow.defaults?.cache ?? !isGeneratedElsewhere(task));
    const cached = mayReuse && key !== null ? await findCachedResult(store.db, task.ownerUUID, key) : null;
    if (cached !== null) {
      const known = cached as Pick<TaskResult, "output" | "warnings">;
      const output = await takeUpResult(task, asOutputOf(task, known.output), services);
      if (output !== null) {
        const result: TaskResult = { ...known, output, kind: "cached", cost: null };
        return { result, timings: stopwatch.timings };
      }
    }
    const { images } = services;
    const kept = workflow.steps.length > 1 ? images : images.unkept;
    const timeout = step?.timeout ?? workflow.defaults?.timeout;
    const result = await stopwatch.rememberAtFailure(() =>
      withTimeout(task, timeout === undefined ? null : durationMs(timeout), signal, (limited) =>
        handler({
          ...{ task, modelDigest, stopwatch, record, signal: limited },
          services: { ...services, images: leaveWhenAborted(kept, limited) },
        }),
      ),
    );
    const { kind, output, warnings, cost } = result;
    const { timings } = stopwatch;
    if (kind !== "succeeded" || key === null) return { result, timings };
    const remember = () => saveCachedResult(store.db, task.ownerUUID, key, { output, warnings, cost });
    return { result, timings, remember };
  };
}

/** What another machine generates may differ from time to time: it is taken from the cache only where the step says so. */
function isGeneratedElsewhere({ taskType, provider }: LeasedTask): boolean {
  return taskType === "imageInference" && provider !== null && provider !== "local";
}

/** A mask's `image` is the picture it was made for: the same bytes as this task's, but under the earlier run's name. */
function asOutputOf({ taskType, input }: LeasedTask, output: unknown): unknown {
  if (taskType !== "imageMasking" || typeof output !== "object") return output;
  return { ...output, image: parseAs(ImageMaskingParameters, input, "input of a cached task").inputImage };
}

async function withTimeout<T>(
  task: LeasedTask,
  timeoutMs: number | null,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (timeoutMs === null) return work(signal);
  const timeUp = AbortSignal.timeout(timeoutMs);
  try {
    return await work(AbortSignal.any([signal, timeUp]));
  } catch (error) {
    if (!timeUp.aborted || signal.aborted) throw error;
    throw new MaskloomError(
      "TIMED_OUT",
      `step "${task.step}": took longer than its timeout of ${timeoutMs / 1000} s`,
      {
        cause: error,
      },
    );
  }
}
