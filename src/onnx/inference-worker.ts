import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { workerData } from "node:worker_threads";
import { move, transferableSymbol, valueSymbol } from "piscina";
import { type ErrorRecord, MaskloomError } from "../errors.ts";
import type { Refusal } from "./create-session.ts";
import { arrive, type Gate } from "./gate.ts";
import type { LoadedModel } from "./loaded-model.ts";
import type { Procedure, WorkMs } from "./procedure.ts";
import { DEFAULT_SESSIONS, SessionSettings } from "./session-cache.ts";
import type { Tensors } from "./tensor.ts";
import { createThreadRuntime, ModelRefusal } from "./thread-models.ts";
import { begin, type Turn } from "./turn.ts";

const runtime = createThreadRuntime(SessionSettings.safeParse(workerData).data ?? DEFAULT_SESSIONS);

export type InferenceJob = { readonly turn: Turn } & (
  | { readonly kind: "run"; readonly model: LoadedModel; readonly inputs: Tensors }
  | { readonly kind: "call"; readonly module: string; readonly name: string; readonly args: unknown }
  /** Only makes the session, and waits there until every thread has made its own. */
  | { readonly kind: "warmUp"; readonly model: LoadedModel; readonly gate: Gate }
);

/** Errors travel as data, since the clone of an Error between threads loses what it is. */
export type InferenceReply =
  | {
      readonly ok: true;
      /** Outputs of a run, the result of a call. */
      readonly value: unknown;
      readonly ms: WorkMs;
      /** Execution providers that could not be had for sessions that were made for this job. */
      readonly refused: readonly Refusal[];
    }
  | { readonly ok: false; readonly stage: "load" | "run"; readonly model: string; readonly message: string }
  | { readonly ok: false; readonly stage: "dropped" }
  | {
      readonly ok: false;
      readonly stage: "work";
      readonly error: ErrorRecord | null;
      readonly message: string;
    };

/** The thread's entry: one job; memory of the answer that is nobody else's is moved, not copied. */
export async function runInference(job: InferenceJob): Promise<InferenceReply> {
  if (!begin(job.turn)) return { ok: false, stage: "dropped" };
  const start = performance.now();
  try {
    const { value, moved } = await carryOut(job);
    const { ms, refused } = runtime.takeAccount();
    const { preprocess, inference, loading } = ms;
    const postprocess = performance.now() - start - preprocess - inference - loading;
    return withoutCopy({ ok: true, value, ms: { preprocess, inference, postprocess }, refused }, moved);
  } catch (error) {
    runtime.takeAccount();
    return describe(error);
  }
}

interface Done {
  readonly value: unknown;
  readonly moved: readonly ArrayBuffer[];
}

async function carryOut(job: InferenceJob): Promise<Done> {
  switch (job.kind) {
    case "run": {
      const outputs = await runtime.runOnce(job.model, job.inputs);
      return { value: outputs, moved: Object.values(outputs).map(({ data }) => data.buffer) };
    }
    case "call": {
      const procedure = await findProcedure(job.module, job.name);
      const value = await procedure.work(job.args, runtime);
      return { value, moved: procedure.moved(value) };
    }
    case "warmUp":
      try {
        await runtime.load(job.model);
      } finally {
        arrive(job.gate);
      }
      return { value: {}, moved: [] };
  }
}

const procedures = new Map<string, Procedure<unknown, unknown>>();

async function findProcedure(module: string, name: string): Promise<Procedure<unknown, unknown>> {
  const place = `${module}#${name}`;
  const known = procedures.get(place);
  if (known !== undefined) return known;
  const found = (await importModule(module))[name];
  if (found === undefined)
    throw new MaskloomError("INTERNAL", `procedure ${name}: ${module} exports no such thing`);
  procedures.set(place, found);
  return found;
}

/** From sources, the TypeScript loader of a thread is there for `require` alone. */
async function importModule(
  module: string,
): Promise<Readonly<Record<string, Procedure<unknown, unknown> | undefined>>> {
  return module.endsWith(".ts")
    ? createRequire(import.meta.url)(fileURLToPath(module))
    : await import(module);
}

function describe(error: unknown): InferenceReply {
  if (error instanceof ModelRefusal) {
    return { ok: false, stage: error.stage, model: error.model, message: error.message };
  }
  const known = error instanceof MaskloomError ? { code: error.code, message: error.message } : null;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { ok: false, stage: "work", error: known, message };
}

/** Marks the reply so that the thread gives its buffers away instead of cloning them. */
function withoutCopy(reply: InferenceReply, buffers: readonly ArrayBuffer[]): InferenceReply {
  if (buffers.length === 0) return reply;
  const marked = { [transferableSymbol]: buffers, [valueSymbol]: reply };
  // The thread pool unwraps the marker before it posts: the caller sees the reply itself.
  return move(marked as unknown as Parameters<typeof move>[0]) as unknown as InferenceReply;
}
