import { setMaxListeners } from "node:events";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { MaskloomError } from "../errors.ts";
import type { InferenceJob, InferenceReply } from "./inference-worker.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { createModelCache, type ModelRecipe } from "./model-cache.ts";
import type { Tensors } from "./tensor.ts";

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
  /** Lets what runs come to its end, then ends the threads. */
  close(): Promise<void>;
}

/** ONNX models in worker threads: a run blocks its thread's event loop, and runs of one thread do not overlap. */
export function createInferencePool(options: InferencePoolOptions = {}): InferencePool {
  const threads = options.threads ?? availableParallelism();
  const cache = createModelCache(options.cacheFolder);
  const entry = workerEntry();
  const piscina = new Piscina<InferenceJob, InferenceReply>({
    filename: entry.file,
    name: "runInference",
    execArgv: entry.execArgv,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    recordTiming: false,
  });
  let closed = false;
  return {
    threads,
    load: (recipe) => cache.load(recipe),
    async run(model, inputs, signal) {
      // Otherwise the pool would start new threads, and nobody would end them.
      if (closed) throw new MaskloomError("WORKER_LOST", `model ${model.name}: the inference pool is closed`);
      return await runJob(piscina, model, inputs, signal);
    },
    async close() {
      closed = true;
      await piscina.close();
    },
  };
}

/** From sources the thread needs the TypeScript loader; from dist it needs nothing. */
function workerEntry(): { file: string; execArgv: string[] } {
  const compiled = fileURLToPath(new URL("./inference-worker.js", import.meta.url));
  if (existsSync(compiled)) return { file: compiled, execArgv: [] };
  const source = fileURLToPath(new URL("./inference-worker.ts", import.meta.url));
  return { file: source, execArgv: ["--import", "tsx"] };
}

async function runJob(
  piscina: Piscina<InferenceJob, InferenceReply>,
  model: LoadedModel,
  inputs: Tensors,
  signal: AbortSignal | undefined,
): Promise<InferenceAnswer> {
  if (signal?.aborted) throw cancelled(model, signal);
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const transferList = Object.values(inputs).map((tensor) => tensor.data.buffer);
  const running = piscina.run({ model, inputs, cancelled: flag }, { transferList });
  const reply = await untilAborted(running, signal, () => Atomics.store(flag, 0, 1)).catch(
    (error: unknown) => {
      if (signal?.aborted) throw cancelled(model, signal);
      throw new MaskloomError(
        "WORKER_LOST",
        `the thread that ran model ${model.name} ended: ${messageOf(error)}`,
        {
          cause: error,
        },
      );
    },
  );
  if (reply.ok) return { outputs: reply.outputs, ms: reply.ms };
  if (reply.stage === "cancelled") throw new MaskloomError("CANCELLED", `model ${model.name}: cancelled`);
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

function cancelled(model: LoadedModel, signal: AbortSignal): MaskloomError {
  return new MaskloomError("CANCELLED", `model ${model.name}: the caller cancelled the run`, {
    cause: signal.reason,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
