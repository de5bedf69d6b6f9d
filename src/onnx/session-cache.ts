import { InferenceSession } from "onnxruntime-node";
import type { LoadedModel } from "./loaded-model.ts";

/**
 * Measured: with the default spinning, two sessions at once made two inferences three times slower
 * than one after the other. Each thread has one core, so a session needs no threads of its own.
 */
const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ["cpu"],
  graphOptimizationLevel: "all",
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  extra: { session: { intra_op: { allow_spinning: "0" }, inter_op: { allow_spinning: "0" } } },
};

export interface SessionCache {
  get(model: LoadedModel): Promise<InferenceSession>;
}

/** The sessions of one thread, at most `capacity` of them; the least recently used is released for a new one. */
export function createSessionCache(capacity: number): SessionCache {
  // A Map keeps the order of insertion: the first key is the one that was not used for the longest time.
  const sessions = new Map<string, InferenceSession>();
  return {
    async get(model) {
      const known = sessions.get(model.key);
      if (known !== undefined) {
        sessions.delete(model.key);
        sessions.set(model.key, known);
        return known;
      }
      while (sessions.size >= capacity) await releaseOldest(sessions);
      // The runtime does not take shared memory; this copy lives only until the session is made.
      const session = await InferenceSession.create(model.bytes.slice(), SESSION_OPTIONS);
      sessions.set(model.key, session);
      return session;
    },
  };
}

async function releaseOldest(sessions: Map<string, InferenceSession>): Promise<void> {
  for (const [key, session] of sessions) {
    sessions.delete(key);
    await session.release();
    return;
  }
}
