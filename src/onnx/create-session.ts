import { InferenceSession, listSupportedBackends } from "onnxruntime-node";
import type { ExecutionProvider } from "../contracts/execution-provider.ts";

/** An execution provider that was asked for and cannot be had. */
export interface Refusal {
  readonly provider: ExecutionProvider;
  readonly reason: string;
}

export interface CreatedSession {
  readonly session: InferenceSession;
  /** Providers that were left out for it; what remains runs it, at the least the CPU. */
  readonly refused: readonly Refusal[];
}

/**
 * Measured: with the default spinning, two sessions at once made two inferences three times slower
 * than one after the other. Each thread has one core, so a session needs no threads of its own.
 */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  graphOptimizationLevel: "all",
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  // Patterns are kept for every size that comes in: with tiles of all sizes a session took 340 MB instead of 200, and
  // networks of a fixed size are no slower without them.
  enableMemPattern: false,
  extra: { session: { intra_op: { allow_spinning: "0" }, inter_op: { allow_spinning: "0" } } },
};

/**
 * A session on the first of the providers that works; the CPU comes last, asked for or not. Throws what onnxruntime
 * throws where not even the CPU takes the model.
 */
export async function createSession(
  onnx: Uint8Array,
  providers: readonly ExecutionProvider[],
): Promise<CreatedSession> {
  const known = new Set(listSupportedBackends().map(({ name }) => name));
  const wanted = providers.filter((provider) => provider !== "cpu");
  // The runtime itself would leave out what its build does not know, and only print a line.
  const refused: Refusal[] = wanted
    .filter((provider) => !known.has(provider))
    .map((provider) => ({ provider, reason: `onnxruntime has no such provider on ${process.platform}` }));
  const candidates = wanted.filter((provider) => known.has(provider));
  for (const provider of candidates) {
    try {
      return { session: await create(onnx, [provider, "cpu"]), refused };
    } catch (error) {
      refused.push({ provider, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { session: await create(onnx, ["cpu"]), refused };
}

function create(onnx: Uint8Array, executionProviders: string[]): Promise<InferenceSession> {
  return InferenceSession.create(onnx, { ...SESSION_OPTIONS, executionProviders });
}
