import { setMaxListeners } from "node:events";
import { availableParallelism } from "node:os";
import type { ExecutionProvider } from "../contracts/execution-provider.ts";
import { MaskloomError } from "../errors.ts";
import type { Refusal } from "./create-session.ts";
import { createGate } from "./gate.ts";
import { createInferenceThreads, type InferenceThreads } from "./inference-threads.ts";
import type { InferenceJob, InferenceReply } from "./inference-worker.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { createModelCache, type ModelRecipe } from "./model-cache.ts";
import { DEFAULT_SESSIONS } from "./session-cache.ts";
import type { Tensors } from "./tensor.ts";
import { createTurn, drop } from "./turn.ts";

export interface InferencePoolOptions {
  /** Threads that run models; default: one per core. They start when first needed. */
  readonly threads?: number;
  /** Where converted models are kept; without it they are kept in memory only. */
  readonly cacheFolder?: string;
  /** What runs the models, in order of preference; the CPU follows always. Default: the CPU. */
  readonly providers?: readonly ExecutionProvider[];
  /** Memory for sessions, of all threads together; the least recently used go first. Default: 1 GiB a thread. */
  readonly sessionBytes?: number;
  /** Told once for each execution provider that cannot be had; default: a warning of the process. */
  readonly onWarning?: (message: string) => void;
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
  /**
   * Makes sessions in every thread now, so that no first run waits for it: of these models, or of all that were
   * loaded. Throws what `run` throws.
   */
  warmUp(models?: readonly LoadedModel[]): Promise<void>;
  /** Drops the runs that still wait for a thread, lets the others come to their end, then ends the threads. */
  close(): Promise<void>;
}

/** ONNX models in worker threads: a run blocks its thread's event loop, and runs of one thread do not overlap. */
export function createInferencePool(options: InferencePoolOptions = {}): InferencePool {
  const threads = options.threads ?? availableParallelism();
  const cache = createModelCache(options.cacheFolder);
  const inferenceThreads = createInferenceThreads(threads, {
    providers: [...(options.providers ?? DEFAULT_SESSIONS.providers)],
    bytes: options.sessionBytes === undefined ? DEFAULT_SESSIONS.bytes : options.sessionBytes / threads,
  });
  const warn = warnOnce(options.onWarning ?? ((message) => process.emitWarning(message)));
  let closed = false;
  return {
    threads,
    load: (recipe) => cache.load(recipe),
    async run(model, inputs, signal) {
      // Otherwise new threads would start, and nobody would end them.
      if (closed) throw closedPool(model);
      const buffers = Object.values(inputs).map((tensor) => tensor.data.buffer);
      const job = { model, inputs, turn: createTurn() };
      const { outputs, ms, refused } = await runJob(inferenceThreads, job, buffers, signal);
      warn(refused);
      return { outputs, ms };
    },
    async warmUp(models) {
      for (const model of models ?? (await cache.loaded())) {
        if (closed) throw closedPool(model);
        const gate = createGate(threads);
        const jobs = Array.from({ length: threads }, () => ({
          model,
          inputs: {},
          turn: createTurn(),
          warmUp: gate,
        }));
        const replies = await Promise.all(jobs.map((job) => runJob(inferenceThreads, job, [], undefined)));
        for (const { refused } of replies) warn(refused);
      }
    },
    async close() {
      closed = true;
      await inferenceThreads.close();
    },
  };
}

async function runJob(
  threads: InferenceThreads,
  job: InferenceJob,
  buffers: readonly ArrayBuffer[],
  signal: AbortSignal | undefined,
): Promise<Extract<InferenceReply, { ok: true }>> {
  const { model, turn } = job;
  if (signal?.aborted) throw cancelled(model, signal);
  const running = threads.run(job, buffers);
  const reply = await untilAborted(running, signal, () => drop(turn)).catch((error: unknown) => {
    if (signal?.aborted) throw cancelled(model, signal);
    throw new MaskloomError(
      "WORKER_LOST",
      `model ${model.name} was not run: its thread ended (${messageOf(error)})`,
      { cause: error },
    );
  });
  if (reply.ok) return reply;
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

/** A provider that is not there is not there for any model: one warning tells all. */
function warnOnce(onWarning: (message: string) => void): (refused: readonly Refusal[]) => void {
  const told = new Set<ExecutionProvider>();
  return (refused) => {
    for (const { provider, reason } of refused) {
      if (told.has(provider)) continue;
      told.add(provider);
      onWarning(
        `execution provider ${provider} cannot be used: ${reason}; models run on what else there is, at the least the ` +
          "CPU: see `maskloom doctor`, or leave it out of MASKLOOM_EXECUTION_PROVIDERS",
      );
    }
  };
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
