import { setMaxListeners } from "node:events";
import { availableParallelism } from "node:os";
import { MaskloomError } from "../errors.ts";
import { createInferenceThreads, type InferenceThreads } from "./inference-threads.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { createModelCache, type ModelRecipe } from "./model-cache.ts";
import type { Tensors } from "./tensor.ts";
import { createTurn, drop } from "./turn.ts";

export interface InferencePoolOptions {
  /** Threads that run models; default: one per core. They start when first needed. */
  readonly threads?: number;
  /** Where converted models are kept; without it they are kept in memory only. */
  readonly cacheFolder?: string;
}

interface InferenceAnswer {
  readonly outputs: Tensors;
  /** Milliseconds within the model, without waiting for a thread. */
  readonly ms: number;
}

export interface InferencePool {
  readonly threads: number;
  /** The converted model: from memory, from the cache folder, or converted now. Concurrent calls convert once. */
  load(recipe: ModelRecipe): Promise<LoadedModel>;
  /**
   * Runs the model once in some thread. The inputs' buffers are given away and must not be used afterwards.
   * Throws MODEL_UNREADABLE where the runtime refuses the model, INPUT_INVALID where it refuses the inputs,
   * WORKER_LOST where the thread died or the pool was closed, CANCELLED at once when the signal fires.
   */
  run(model: LoadedModel, inputs: Tensors, signal?: AbortSignal): Promise<InferenceAnswer>;
  /** Drops the runs that still wait for a thread, lets the others come to their end, then ends the threads. */
  close(): Promise<void>;
}

/** ONNX models in worker threads: a run blocks its thread's event loop, and runs of one thread do not overlap. */
export function createInferencePool(options: InferencePoolOptions = {}): InferencePool {
  const threads = options.threads ?? availableParallelism();
  const cache = createModelCache(options.cacheFolder);
  const inferenceThreads = createInferenceThreads(threads);
  let closed = false;
  return {
    threads,
    load: (recipe) => cache.load(recipe),
    async run(model, inputs, signal) {
      // Otherwise new threads would start, and nobody would end them.
      if (closed) throw closedPool(model);
      return await runJob(inferenceThreads, model, inputs, signal);
    },
    async close() {
      closed = true;
      await inferenceThreads.close();
    },
  };
}

async function runJob(
  threads: InferenceThreads,
  model: LoadedModel,
  inputs: Tensors,
  signal: AbortSignal | undefined,
): Promise<InferenceAnswer> {
  if (signal?.aborted) throw cancelled(model, signal);
  const turn = createTurn();
  const buffers = Object.values(inputs).map((tensor) => tensor.data.buffer);
  const running = threads.run({ model, inputs, turn }, buffers);
  const reply = await untilAborted(running, signal, () => drop(turn)).catch((error: unknown) => {
    if (signal?.aborted) throw cancelled(model, signal);
    throw new MaskloomError(
      "WORKER_LOST",
      `model ${model.name} was not run: its thread ended (${messageOf(error)})`,
      { cause: error },
    );
  });
  if (reply.ok) return { outputs: reply.outputs, ms: reply.ms };
  const code = reply.stage === "load" ? "MODEL_UNREADABLE" : "INPUT_INVALID";
  const what = reply.stage === "load" ? "cannot be loaded" : "cannot run on these inputs";
  throw new MaskloomError(code, `model ${model.name} ${what}: ${reply.message}`, {
    cause: new Error(reply.message),
  });
}

/**
 * An abort leaves the job to itself: the thread finishes what it runs (native code cannot be stopped without
 * killing the thread and all its sessions) and drops what still waits.
 */
function untilAborted<T>(job: Promise<T>, signal: AbortSignal | undefined, onAbort: () => void): Promise<T> {
  if (signal === undefined) return job;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      onAbort();
      reject(signal.reason);
    };
    // Many tiles of one picture wait for the same signal: that is no leak.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", abort, { once: true });
    job.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function closedPool(model: LoadedModel): MaskloomError {
  return new MaskloomError("WORKER_LOST", `model ${model.name}: the inference pool is closed`);
}

function cancelled(model: LoadedModel, signal: AbortSignal): MaskloomError {
  return new MaskloomError("CANCELLED", `model ${model.name}: the caller cancelled the run`, {
    cause: signal.reason,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
