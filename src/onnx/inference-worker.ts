import { type InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { move, transferableSymbol, valueSymbol } from "piscina";
import type { LoadedModel } from "./loaded-model.ts";
import { createSessionCache } from "./session-cache.ts";
import type { Tensor, Tensors } from "./tensor.ts";
import { begin, type Turn } from "./turn.ts";

/** Sessions a thread keeps; a large network holds some tens of megabytes. */
const SESSIONS_PER_THREAD = 6;
const sessions = createSessionCache(SESSIONS_PER_THREAD);

export interface InferenceJob {
  readonly model: LoadedModel;
  readonly inputs: Tensors;
  readonly turn: Turn;
}

/** Errors travel as data, since the clone of an Error between threads loses what it is. */
export type InferenceReply =
  | { readonly ok: true; readonly outputs: Tensors; readonly ms: number }
  | { readonly ok: false; readonly stage: "load" | "run" | "dropped"; readonly message: string };

/** The thread's entry: one model run, outputs moved back without a copy. */
export async function runInference(job: InferenceJob): Promise<InferenceReply> {
  if (!begin(job.turn)) return { ok: false, stage: "dropped", message: "nobody waits for it any more" };
  let session: InferenceSession;
  try {
    session = await sessions.get(job.model);
  } catch (error) {
    return { ok: false, stage: "load", message: messageOf(error) };
  }
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
    return withoutCopy({ ok: true, outputs, ms }, outputs);
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
