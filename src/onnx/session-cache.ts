import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { z } from "zod";
import { ExecutionProvider } from "../contracts/execution-provider.ts";
import { createSession, type Refusal } from "./create-session.ts";
import type { LoadedModel } from "./loaded-model.ts";
import type { Tensors } from "./tensor.ts";

/** How a thread keeps its sessions. */
export const SessionSettings = z.object({
  /** In order of preference; what cannot be had is left out, and the CPU always follows. */
  providers: z.array(ExecutionProvider),
  /** Memory of all sessions of one thread, in bytes; one session is kept whatever it takes. */
  bytes: z.number().positive(),
});
export type SessionSettings = z.output<typeof SessionSettings>;

export const DEFAULT_SESSIONS: SessionSettings = { providers: ["cpu"], bytes: 1024 ** 3 };

/* What a session takes cannot be asked of the runtime, so it is reckoned. Measured with onnxruntime 1.30 on the nine
   MediaPipe networks: two to three times the model's file, some megabytes more, and after a run 7 to 45 times the
   bytes of its inputs and outputs, which the session keeps for the next one. */
const PER_MODEL_BYTE = 3;
const PER_SESSION = 8 * 1024 ** 2;
const PER_TENSOR_BYTE = 32;

/** Tensors that are used again for the next run, instead of memory that somebody has to collect. */
interface RunMemory {
  readonly input: OrtTensor;
  /** Null where the runtime alone knows how large they will be. */
  readonly outputs: Readonly<Record<string, OrtTensor>> | null;
}

export interface KeptSession {
  readonly session: InferenceSession;
  /** By the input's name and dimensions; goes when the session goes. */
  readonly memory: Map<string, RunMemory>;
  /** Whether the outputs have the same dimensions whatever comes in. */
  readonly fixedOutputs: boolean;
  /** Providers left out for it; told once, when it is made. */
  readonly refused: readonly Refusal[];
}

export interface SessionCache {
  get(model: LoadedModel): Promise<KeptSession>;
  /** To be told after a run: larger tensors leave a larger session behind. */
  noteRun(model: LoadedModel, tensorBytes: number): Promise<void>;
}

interface Entry {
  readonly kept: Omit<KeptSession, "refused">;
  bytes: number;
}

/** The sessions of one thread; the least recently used ones are released where all of them would take too much. */
export function createSessionCache({ providers, bytes: limit }: SessionSettings): SessionCache {
  // A Map keeps the order of insertion: the first key is the one that was not used for the longest time.
  const sessions = new Map<string, Entry>();
  /** @param except the one in use, which is the last */
  const makeRoom = async (needed: number, except?: string): Promise<void> => {
    let total = needed;
    for (const { bytes } of sessions.values()) total += bytes;
    for (const [key, { kept, bytes }] of [...sessions]) {
      if (total <= limit || key === except) return;
      sessions.delete(key);
      total -= bytes;
      await kept.session.release();
    }
  };
  return {
    async get(model) {
      const known = sessions.get(model.key);
      if (known !== undefined) {
        sessions.delete(model.key);
        sessions.set(model.key, known);
        return { ...known.kept, refused: [] };
      }
      const bytes = PER_SESSION + PER_MODEL_BYTE * model.bytes.length;
      await makeRoom(bytes);
      // The runtime does not take shared memory; this copy lives only until the session is made.
      const { session, refused } = await createSession(model.bytes.slice(), providers);
      const kept = { session, memory: new Map<string, RunMemory>(), fixedOutputs: hasFixedOutputs(session) };
      sessions.set(model.key, { kept, bytes });
      return { ...kept, refused };
    },
    async noteRun(model, tensorBytes) {
      const entry = sessions.get(model.key);
      if (entry === undefined) return;
      const bytes = PER_SESSION + PER_MODEL_BYTE * model.bytes.length + PER_TENSOR_BYTE * tensorBytes;
      if (bytes <= entry.bytes) return;
      entry.bytes = bytes;
      await makeRoom(0, model.key);
    },
  };
}

function hasFixedOutputs({ outputMetadata }: InferenceSession): boolean {
  return outputMetadata.every(
    (output) => output.isTensor && output.shape.every((side) => typeof side === "number"),
  );
}

export function bytesOf(tensors: Tensors): number {
  return Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
}
