import { workerData } from "node:worker_threads";
import { Tensor as OrtTensor } from "onnxruntime-node";
import { move, transferableSymbol, valueSymbol } from "piscina";
import type { Refusal } from "./create-session.ts";
import { arrive, type Gate } from "./gate.ts";
import type { LoadedModel } from "./loaded-model.ts";
import { createSessionCache, DEFAULT_SESSIONS, type KeptSession, SessionSettings } from "./session-cache.ts";
import type { Tensor, Tensors } from "./tensor.ts";
import { begin, type Turn } from "./turn.ts";

const sessions = createSessionCache(SessionSettings.safeParse(workerData).data ?? DEFAULT_SESSIONS);

export interface InferenceJob {
  readonly model: LoadedModel;
  readonly inputs: Tensors;
  readonly turn: Turn;
  /** Only makes the session, and waits there until every thread has made its own. */
  readonly warmUp?: Gate;
}

/** Errors travel as data, since the clone of an Error between threads loses what it is. */
export type InferenceReply =
  | {
      readonly ok: true;
      readonly outputs: Tensors;
      readonly ms: number;
      /** Execution providers that could not be had for a session that was made for this job. */
      readonly refused: readonly Refusal[];
    }
  | { readonly ok: false; readonly stage: "load" | "run" | "dropped"; readonly message: string };

/** The thread's entry: one model run, outputs moved back without a copy. */
export async function runInference(job: InferenceJob): Promise<InferenceReply> {
  if (!begin(job.turn)) return { ok: false, stage: "dropped", message: "nobody waits for it any more" };
  let kept: KeptSession;
  try {
    kept = await sessions.get(job.model);
  } catch (error) {
    return { ok: false, stage: "load", message: messageOf(error) };
  } finally {
    if (job.warmUp !== undefined) arrive(job.warmUp);
  }
  const { session, refused } = kept;
  if (job.warmUp !== undefined) return { ok: true, outputs: {}, ms: 0, refused };
  try {
    const feeds = Object.fromEntries(
      Object.entries(job.inputs).map(([name, { type, data, dims }]) => [
        name,
        new OrtTensor(type, data, dims),
      ]),
    );
    const start = performance.now();
    const results = await session.run(feeds);
    const ms = performance.now() - start;
    const outputs = Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [name, fromRuntime(name, tensor)]),
    );
    await sessions.noteRun(job.model, bytesOf(job.inputs) + bytesOf(outputs));
    return withoutCopy({ ok: true, outputs, ms, refused }, outputs);
  } catch (error) {
    return { ok: false, stage: "run", message: messageOf(error) };
  }
}

function fromRuntime(name: string, { data, dims }: OrtTensor): Tensor {
  // A copy of our own: memory that the runtime owns can neither be moved nor kept.
  if (data instanceof Float32Array) return { type: "float32", dims, data: new Float32Array(data) };
  if (data instanceof Uint8Array) return { type: "uint8", dims, data: new Uint8Array(data) };
  throw new Error(`output "${name}" is neither float32 nor uint8`);
}

function bytesOf(tensors: Tensors): number {
  return Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
}

/** Marks the reply so that the thread gives its buffers away instead of cloning them. */
function withoutCopy(reply: InferenceReply, outputs: Tensors): InferenceReply {
  const buffers = Object.values(outputs).map((tensor) => tensor.data.buffer);
  const marked = { [transferableSymbol]: buffers, [valueSymbol]: reply };
  // The thread pool unwraps the marker before it posts: the caller sees the reply itself.
  return move(marked as unknown as Parameters<typeof move>[0]) as unknown as InferenceReply;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
