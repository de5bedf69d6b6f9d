import { randomUUID } from "node:crypto";
import { vi } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import type { BatchUUID, RunUUID } from "../../src/contracts/ids.ts";
import type { RunDetail } from "../../src/contracts/run.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { openBatch, submitRuns } from "../../src/runs/submit.ts";
import { completeBatch, readBatchStatus } from "../../src/store/batches.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { readRuns } from "../../src/store/views.ts";
import { startDelivering } from "../../workers/keep-delivering.ts";
import { type ExecuteTask, startWorker, type TaskRun, type Worker } from "../../workers/worker.ts";
import type { PreparedExample } from "../engine/two-steps.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

export const PATIENCE = { timeout: 15_000, interval: 15 };

/** The engine on a database of its own, with workers that do what a test says. */
export interface EngineHost {
  readonly services: Services;
  /** What nobody expected. */
  readonly errors: readonly unknown[];
  /** Answers every task as a worker without models would, always with the same picture. */
  readonly answer: ExecuteTask;
  work(execute: ExecuteTask): Promise<Worker>;
  /** Closes the workers. */
  rest(): Promise<void>;
  /** @param identity of all of them; without it, none is the same work as another */
  submit(
    count: number,
    example: PreparedExample,
    identity?: string,
  ): Promise<{ batchUUID: BatchUUID; runs: RunUUID[] }>;
  read(runUUID: RunUUID | undefined): Promise<RunDetail>;
  untilEnded(batchUUID: BatchUUID): Promise<void>;
  stop(): Promise<void>;
}

export async function openEngineHost(): Promise<EngineHost> {
  const home = await makeTemporaryHome();
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const services = await openServices(readConfig({ MASKLOOM_HOME: home, LOG_LEVEL: "silent" }), onError);
  const delivering = startDelivering(services.store, services.queues, { onError, dispatchPollMs: 3_000 });
  const workers: Worker[] = [];
  const { uuid: image } = await services.artifacts.save(
    Buffer.from("a picture, for all that the engine knows"),
    {
      owner: LOCAL_OWNER,
      kind: "image",
      mediaType: "image/png",
      width: 4,
      height: 4,
    },
  );
  const masked = {
    image,
    width: 4,
    height: 4,
    maskImage: image,
    detections: [],
    count: 1,
    fallbackUsed: false,
  };
  const { store } = services;
  const rest = async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close(0)));
  };
  return {
    services,
    errors,
    rest,
    answer: async ({ taskType }) =>
      succeeded(taskType === "imageMasking" ? masked : { image, width: 4, height: 4, quality: {} }),
    async work(execute) {
      const concurrency = { masking: 4, "inpainting-local": 4, outside: 4 };
      const worker = await startWorker({
        id: randomUUID(),
        store,
        queues: services.queues,
        concurrency,
        execute,
        onError,
      });
      workers.push(worker);
      return worker;
    },
    async submit(count, example, identity) {
      const batch = await openBatch(store, {
        ...example,
        owner: LOCAL_OWNER,
        inputs: {},
        interactive: false,
      });
      const submissions = Array.from({ length: count }, (_, at) => ({
        file: `${at}.png`,
        prepare: async () => ({ inputs: { image: { uuid: image, meta: {} } }, identity: identity ?? null }),
      }));
      const runs = await submitRuns(store, batch, submissions);
      await completeBatch(store.db, batch.batchUUID);
      return { batchUUID: batch.batchUUID, runs: runs.map((run) => run.runUUID) };
    },
    async read(runUUID) {
      const [run] = runUUID === undefined ? [] : await readRuns(store.db, LOCAL_OWNER, [runUUID]);
      if (run === undefined) throw new Error("the run does not exist");
      return run;
    },
    async untilEnded(batchUUID) {
      await vi.waitFor(async () => {
        if ((await readBatchStatus(store.db, batchUUID)) !== "ended") throw new Error("not ended yet");
      }, PATIENCE);
    },
    async stop() {
      await rest();
      await delivering.stop();
      await services.close();
      await removeTemporaryHome(home);
    },
  };
}

const succeeded = (output: unknown): TaskRun => ({
  result: { kind: "succeeded", output, warnings: [], cost: null },
  timings: { work: 1 },
});
