import { availableParallelism } from "node:os";
import type { ExecutionProvider } from "../contracts/execution-provider.ts";
import { type ErrorCode, MaskloomError } from "../errors.ts";
import { untilAborted } from "../until-aborted.ts";
import type { Refusal } from "./create-session.ts";
import { createGate } from "./gate.ts";
import { createInferenceThreads, type InferenceThreads } from "./inference-threads.ts";
import type { InferenceJob, InferenceReply } from "./inference-worker.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { createModelCache, type ModelRecipe } from "./model-cache.ts";
import type { Procedure, WorkMs } from "./procedure.ts";
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

interface CallAnswer<Result> {
  readonly result: Result;
  readonly ms: WorkMs;
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
   * Carries out a procedure in some thread. Throws what the procedure throws (what is no MaskloomError as INTERNAL),
   * and what `run` throws.
   */
  call<Args, Result>(
    procedure: Procedure<Args, Result>,
    args: Args,
    signal?: AbortSignal,
  ): Promise<CallAnswer<Result>>;
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
  const carryOut = async (
    job: InferenceJob,
    what: string,
    buffers: readonly ArrayBuffer[],
    signal: AbortSignal | undefined,
  ) => {
    // Otherwise new threads would start, and nobody would end them.
    if (closed) throw new MaskloomError("WORKER_LOST", `${what}: the inference pool is closed`);
    const reply = await runJob(inferenceThreads, job, what, buffers, signal);
    warn(reply.refused);
    return reply;
  };
  return {
    threads,
    load: (recipe) => cache.load(recipe),
    async run(model, inputs, signal) {
      const buffers = Object.values(inputs).map((tensor) => tensor.data.buffer);
      const job = { kind: "run", turn: createTurn(), model, inputs } as const;
      const { value, ms } = await carryOut(job, `model ${model.name}`, buffers, signal);
      return { outputs: value as Tensors, ms: ms.inference };
    },
    async call<Args, Result>(procedure: Procedure<Args, Result>, args: Args, signal?: AbortSignal) {
      const { module, name } = procedure;
      const job = { kind: "call", turn: createTurn(), module, name, args } as const;
      const { value, ms } = await carryOut(job, name, [], signal);
      return { result: value as Result, ms };
    },
    async warmUp(models) {
      for (const model of models ?? (await cache.loaded())) {
        const gate = createGate(threads);
        const jobs = Array.from({ length: threads }, () => {
          const job = { kind: "warmUp", turn: createTurn(), model, gate } as const;
          return carryOut(job, `model ${model.name}`, [], undefined);
        });
        await Promise.all(jobs);
      }
    },
    async close() {
      closed = true;
      await inferenceThreads.close();
    },
  };
}

/** @param what is named in errors */
async function runJob(
  threads: InferenceThreads,
  job: InferenceJob,
  what: string,
  buffers: readonly ArrayBuffer[],
  signal: AbortSignal | undefined,
): Promise<Extract<InferenceReply, { ok: true }>> {
  if (signal?.aborted) throw cancelled(what, signal);
  const running = threads.run(job, buffers);
  /* What has begun comes to its end in its thread, which cannot be stopped without all its sessions; what waits is dropped. */
  const reply = await untilAborted(running, signal, () => drop(job.turn)).catch((error: unknown) => {
    if (signal?.aborted) throw cancelled(what, signal);
    throw new MaskloomError("WORKER_LOST", `${what} was not run: its thread ended (${messageOf(error)})`, {
      cause: error,
    });
  });
  if (reply.ok) return reply;
  throw failureOf(reply, what);
}

function failureOf(reply: Extract<InferenceReply, { ok: false }>, what: string): MaskloomError {
  switch (reply.stage) {
    case "dropped":
      return new MaskloomError("CANCELLED", `${what}: nobody waits for it any more`);
    case "work": {
      const { error, message } = reply;
      if (error !== null) return new MaskloomError(error.code as ErrorCode, error.message);
      return new MaskloomError("INTERNAL", `${what} failed in its thread: ${message}`);
    }
    default: {
      const { stage, model, message } = reply;
      const code = stage === "load" ? "MODEL_UNREADABLE" : "INPUT_INVALID";
      const verdict = stage === "load" ? "cannot be loaded" : "cannot run on these inputs";
      return new MaskloomError(code, `model ${model} ${verdict}: ${message}`, { cause: new Error(message) });
    }
  }
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

function cancelled(what: string, signal: AbortSignal): MaskloomError {
  return new MaskloomError("CANCELLED", `${what}: the caller cancelled the run`, { cause: signal.reason });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
