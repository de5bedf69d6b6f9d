import { Tensor as OrtTensor } from "onnxruntime-node";
import type { Refusal } from "./create-session.ts";
import type { LoadedModel } from "./loaded-model.ts";
import type { ModelInput, ThreadModels, WorkMs } from "./procedure.ts";
import { bytesOf, createSessionCache, type KeptSession, type SessionSettings } from "./session-cache.ts";
import type { Tensor, Tensors } from "./tensor.ts";

/** A model that the runtime refused: to load it, or to run it on what it was given. */
export class ModelRefusal extends Error {
  readonly stage: "load" | "run";
  readonly model: string;

  constructor(stage: "load" | "run", model: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.stage = stage;
    this.model = model;
  }
}

/** One thread's models, and an account of what was spent on them since it was last taken. */
export interface ThreadRuntime extends ThreadModels {
  /** Makes the model's session, where there is none yet. Throws ModelRefusal. */
  load(model: LoadedModel): Promise<void>;
  /** Runs on inputs of the caller's own; the outputs are the caller's as well. Throws ModelRefusal. */
  runOnce(model: LoadedModel, inputs: Tensors): Promise<Tensors>;
  takeAccount(): {
    readonly ms: Omit<WorkMs, "postprocess"> & { loading: number };
    readonly refused: readonly Refusal[];
  };
}

export function createThreadRuntime(settings: SessionSettings): ThreadRuntime {
  const sessions = createSessionCache(settings);
  let spent = { preprocess: 0, inference: 0, loading: 0 };
  let refused: Refusal[] = [];
  const open = async (model: LoadedModel): Promise<KeptSession> => {
    const start = performance.now();
    try {
      const kept = await sessions.get(model);
      refused.push(...kept.refused);
      return kept;
    } catch (error) {
      throw new ModelRefusal("load", model.name, error);
    } finally {
      spent.loading += performance.now() - start;
    }
  };
  const runSession = async (
    { session }: KeptSession,
    model: LoadedModel,
    feeds: Readonly<Record<string, OrtTensor>>,
    fetches: Readonly<Record<string, OrtTensor>> | null,
  ): Promise<Readonly<Record<string, OrtTensor>>> => {
    const start = performance.now();
    try {
      return await (fetches === null ? session.run(feeds) : session.run(feeds, fetches));
    } catch (error) {
      throw new ModelRefusal("run", model.name, error);
    } finally {
      spent.inference += performance.now() - start;
    }
  };
  return {
    async load(model) {
      await open(model);
    },
    async run(model, input, fill) {
      const kept = await open(model);
      const { memory } = kept;
      const place = `${input.name} ${input.dims.join(" ")}`;
      const known = memory.get(place);
      const tensor = known?.input ?? emptyInput(input);
      const start = performance.now();
      fill(tensor.data as Float32Array);
      spent.preprocess += performance.now() - start;
      const results = await runSession(kept, model, { [input.name]: tensor }, known?.outputs ?? null);
      const outputs = Object.fromEntries(
        Object.entries(results).map(([name, output]) => [name, viewOf(model, name, output)]),
      );
      if (known === undefined) {
        // Only the last size: inputs that fit the picture come in many, and each would hold megabytes.
        memory.clear();
        memory.set(place, { input: tensor, outputs: kept.fixedOutputs ? results : null });
        await sessions.noteRun(model, tensor.data.length * 4 + bytesOf(outputs));
      }
      return outputs;
    },
    async runOnce(model, inputs) {
      const kept = await open(model);
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, { type, data, dims }]) => [name, new OrtTensor(type, data, dims)]),
      );
      const results = await runSession(kept, model, feeds, null);
      const outputs = Object.fromEntries(
        Object.entries(results).map(([name, output]) => [name, copyOf(viewOf(model, name, output))]),
      );
      await sessions.noteRun(model, bytesOf(inputs) + bytesOf(outputs));
      return outputs;
    },
    takeAccount() {
      const account = { ms: spent, refused };
      spent = { preprocess: 0, inference: 0, loading: 0 };
      refused = [];
      return account;
    },
  };
}

function emptyInput({ dims }: ModelInput): OrtTensor {
  const values = dims.reduce((product, side) => product * side, 1);
  return new OrtTensor("float32", new Float32Array(values), dims);
}

function viewOf(model: LoadedModel, name: string, { data, dims }: OrtTensor): Tensor {
  if (data instanceof Float32Array) return { type: "float32", dims, data: data as Float32Array<ArrayBuffer> };
  if (data instanceof Uint8Array) return { type: "uint8", dims, data: data as Uint8Array<ArrayBuffer> };
  throw new ModelRefusal("run", model.name, new Error(`output "${name}" is neither float32 nor uint8`));
}

/** Memory that the runtime owns can neither be moved nor kept. */
function copyOf(tensor: Tensor): Tensor {
  return tensor.type === "float32"
    ? { ...tensor, data: new Float32Array(tensor.data) }
    : { ...tensor, data: new Uint8Array(tensor.data) };
}
