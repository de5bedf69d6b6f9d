import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import type { InferenceJob, InferenceReply } from "./inference-worker.ts";
import type { SessionSettings } from "./session-cache.ts";
import { drop } from "./turn.ts";

export interface InferenceThreads {
  /** Rejects where a thread died that had begun this job, or might have taken it. */
  run(job: InferenceJob, transfer: readonly ArrayBuffer[]): Promise<InferenceReply>;
  /** Drops the jobs that still wait, lets those that have begun come to their end, then ends the threads. */
  close(): Promise<void>;
}

/**
 * Threads that start when they are needed, and anew after one of them died. Piscina (5.3.2) runs them; what it
 * does not do is done here: jobs that wait behind the last thread's death would wait for ever, jobs whose
 * thread cannot even start too, and its close() ends two busy threads as soon as one is done.
 */
export function createInferenceThreads(threads: number, sessions: SessionSettings): InferenceThreads {
  let crew: Crew | undefined;
  return {
    run(job, transfer) {
      crew ??= startCrew(createPool(threads, sessions), () => {
        crew = undefined;
      });
      return crew.run(job, transfer);
    },
    close: async () => await crew?.dismiss(new Error("the pool is closed")),
  };
}

interface Crew {
  run(job: InferenceJob, transfer: readonly ArrayBuffer[]): Promise<InferenceReply>;
  /** Fails what waits, lets end what has begun, then ends the threads. */
  dismiss(reason: unknown): Promise<void>;
}

/** Threads that share a fate: when one dies, the others end their jobs and take no more. */
function startCrew(pool: Piscina<InferenceJob, InferenceReply>, onDeath: () => void): Crew {
  const unanswered = new Map<InferenceJob, { answer: Promise<unknown>; fail: (reason: unknown) => void }>();
  let death: unknown = new Error("the thread exited");
  let dismissed = false;
  const crew: Crew = {
    run(job, transfer) {
      return new Promise((resolve, reject) => {
        const answer = pool.run(job, { transferList: transfer }).finally(() => unanswered.delete(job));
        unanswered.set(job, { answer, fail: reject });
        answer.then(resolve, reject);
      });
    },
    async dismiss(reason) {
      dismissed = true;
      const begun: Promise<unknown>[] = [];
      for (const [job, { answer, fail }] of unanswered) {
        if (drop(job.turn)) fail(reason);
        else begun.push(answer);
      }
      await Promise.allSettled(begun);
      await pool.destroy();
    },
  };
  pool.on("error", (error) => {
    death = error;
  });
  pool.on("workerDestroy", () => {
    if (dismissed) return;
    onDeath();
    // Not at once: the death's reason is told after the death.
    setImmediate(() => void crew.dismiss(death));
  });
  return crew;
}

function createPool(threads: number, sessions: SessionSettings): Piscina<InferenceJob, InferenceReply> {
  const entry = workerEntry();
  return new Piscina<InferenceJob, InferenceReply>({
    filename: entry.file,
    name: "runInference",
    execArgv: entry.execArgv,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: Number.POSITIVE_INFINITY,
    recordTiming: false,
    workerData: sessions,
  });
}

/** From sources the thread needs the TypeScript loader; from dist it needs nothing. */
function workerEntry(): { file: string; execArgv: string[] } {
  const compiled = fileURLToPath(new URL("./inference-worker.js", import.meta.url));
  if (existsSync(compiled)) return { file: compiled, execArgv: [] };
  const source = fileURLToPath(new URL("./inference-worker.ts", import.meta.url));
  return { file: source, execArgv: ["--import", "tsx"] };
}
