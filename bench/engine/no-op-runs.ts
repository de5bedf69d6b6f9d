import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { BatchUUID, RunUUID } from "../../src/contracts/ids.ts";
import type { Services } from "../../src/runs/services.ts";
import { openBatch, submitRuns } from "../../src/runs/submit.ts";
import { completeBatch, readBatchStatus } from "../../src/store/batches.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import type { Store } from "../../src/store/store.ts";
import { twoSteps } from "../../test/engine/two-steps.ts";
import { startDelivering } from "../../workers/keep-delivering.ts";
import { startWorker, type TaskRun, type Worker } from "../../workers/worker.ts";

/* Runs of two steps that do nothing: what is left is what the engine costs. */

export const CONCURRENCY = 64;
/** Submitted at a time. */
const PORTION = 100;
const image = randomUUID();

const fail = (error: unknown) => {
  throw error;
};
const request = { ...twoSteps(), owner: LOCAL_OWNER, inputs: {}, interactive: false };
const submission = {
  file: "a.png",
  prepare: async () => ({ inputs: { image: { uuid: image, meta: {} } }, identity: null }),
};

/** @param concurrency tasks of each queue at a time */
export function startNoOpWorker(
  { store, queues }: Services,
  id: string,
  concurrency: number,
): Promise<Worker> {
  return startWorker({
    id,
    store,
    queues,
    concurrency: { masking: concurrency, "inpainting-local": concurrency },
    execute: async ({ taskType }) => nothing(taskType === "imageMasking"),
    onError: fail,
  });
}

/** A worker and a dispatcher in this process. */
export async function startNoOpEngine(services: Services): Promise<{ stop(): Promise<void> }> {
  const { store, queues } = services;
  const worker = await startNoOpWorker(services, "bench", CONCURRENCY);
  const delivering = startDelivering(store, queues, { onError: fail });
  return {
    async stop() {
      await worker.close(0);
      await delivering.stop();
    },
  };
}

/** Milliseconds of each of `count` runs, one after the other. */
export async function runOneByOne({ store }: Services, count: number): Promise<number[]> {
  const batch = await openBatch(store, request);
  const times: number[] = [];
  for (let at = 0; at < count; at += 1) {
    const start = performance.now();
    const [run] = await submitRuns(store, batch, [submission]);
    if (run !== undefined) await untilEnded(store, run.runUUID);
    times.push(performance.now() - start);
  }
  return times;
}

/** A batch of `count` runs; resolves when it has ended. */
export async function runBatch(
  { store }: Services,
  count: number,
): Promise<{ batchUUID: BatchUUID; seconds: number }> {
  const batch = await openBatch(store, request);
  const start = performance.now();
  for (let at = 0; at < count; at += PORTION) {
    await submitRuns(
      store,
      batch,
      Array.from({ length: Math.min(PORTION, count - at) }, () => submission),
    );
  }
  await completeBatch(store.db, batch.batchUUID);
  while ((await readBatchStatus(store.db, batch.batchUUID)) !== "ended") await sleep(10);
  return { batchUUID: batch.batchUUID, seconds: (performance.now() - start) / 1000 };
}

function untilEnded(store: Store, runUUID: RunUUID): Promise<void> {
  return new Promise((resolve) => {
    const look = async () => {
      const run = await store.db
        .selectFrom("runs")
        .select("ended_at")
        .where("uuid", "=", runUUID)
        .executeTakeFirst();
      if (run?.ended_at == null) return;
      stop();
      resolve();
    };
    const stop = store.wakeUps.on("ended", () => void look());
  });
}

function nothing(masking: boolean): TaskRun {
  const output = masking
    ? { image, width: 4, height: 4, maskImage: randomUUID(), detections: [], count: 1, fallbackUsed: false }
    : { image: randomUUID(), width: 4, height: 4, quality: {} };
  return { result: { kind: "succeeded", output, warnings: [], cost: null }, timings: {} };
}
