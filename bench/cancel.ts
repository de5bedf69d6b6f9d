import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { LOCAL_ACTOR } from "../src/cli/runs/local-actor.ts";
import type { BatchUUID } from "../src/contracts/ids.ts";
import { parseWorkflow } from "../src/engine/language/parse-workflow.ts";
import { cancelBatch, cancelRun } from "../src/runs/actions/cancel.ts";
import { preparePictures } from "../src/runs/picture-inputs.ts";
import { prepareWorkflow } from "../src/runs/prepare-workflow.ts";
import { openBatch, submitRuns } from "../src/runs/submit.ts";
import { completeBatch } from "../src/store/batches.ts";
import { LOCAL_OWNER } from "../src/store/owners.ts";
import { openServerHost, type ServerHost } from "../test/integration/server-host.ts";
import { startWorkerProcess } from "../test/integration/worker-process.ts";
import { median, ms, printTable } from "./table.ts";

/* How long a cancelled attempt still holds its worker: in the middle of real work, with the next task waiting for it alone. */

/** `BENCH_CANCELS=3` for a short look. */
const TIMES = Number(process.env["BENCH_CANCELS"] ?? 20);
const GOAL_MS = 1_000;
const LOOK_EVERY_MS = 5;
/** Long enough for the work to be under way. */
const UNDER_WAY_MS = 500;

const SIDE = 1_200;
const LONG = `maskloom: 1
name: long
inputs: { image: { type: image } }
steps:
  - { id: long, task: imageInference, model: "local:esrgan-detail", seedImage: "\${inputs.image}", outputScale: 2, settings: { network: thick } }
output: \${steps.long.image}
`;

export async function benchCancel(): Promise<void> {
  const host = await openServerHost();
  const worker = await startWorkerProcess(host.home, { MASKLOOM_CONCURRENCY: "1" });
  try {
    const times = (await cancelOneByOne(host)).toSorted((a, b) => a - b);
    const p95 = times[Math.ceil(0.95 * times.length) - 1] ?? Number.NaN;
    printTable(
      `${TIMES} cancellations in the middle of super-resolution, until the worker does the next task`,
      [
        { what: "median", ours: ms(median(times)), against: "" },
        { what: "p95", ours: ms(p95), against: `<= ${GOAL_MS} ms`, verdict: p95 <= GOAL_MS },
      ],
    );
  } finally {
    await worker.stop();
    await host.stop();
  }
}

/** Milliseconds from each request to the beginning of the next task. */
async function cancelOneByOne(host: ServerHost): Promise<number[]> {
  const { store } = host.services;
  const batchUUID = await submit(host);
  const times: number[] = [];
  let current = await nextRunning(host, batchUUID, null);
  while (times.length < TIMES) {
    await sleep(UNDER_WAY_MS);
    const start = performance.now();
    await cancelRun(store, LOCAL_ACTOR, current);
    current = await nextRunning(host, batchUUID, current);
    times.push(performance.now() - start);
  }
  await cancelBatch(store, LOCAL_ACTOR, batchUUID);
  return times;
}

async function submit({ services }: ServerHost): Promise<BatchUUID> {
  const { store, models } = services;
  const prepared = await prepareWorkflow(parseWorkflow(LONG, { file: "long.yaml" }), models);
  const batch = await openBatch(store, { ...prepared, owner: LOCAL_OWNER, inputs: {}, interactive: false });
  const submissions = Array.from({ length: TIMES + 1 }, (_, at) => {
    const file = `${at}.png`;
    const prepare = async () => {
      const picture = { content: await noise(80 + at) };
      return preparePictures(services, batch, { inputs: {}, field: "image", picture, file });
    };
    return { file, prepare };
  });
  for (const submission of submissions) await submitRuns(store, batch, [submission]);
  await completeBatch(store.db, batch.batchUUID);
  return batch.batchUUID;
}

/** Each another picture, so that nothing comes from the cache. */
const noise = (mean: number): Promise<Buffer> =>
  sharp({
    create: {
      width: SIDE,
      height: SIDE,
      channels: 3,
      background: "#808080",
      noise: { type: "gaussian", mean, sigma: 20 },
    },
  })
    .jpeg()
    .toBuffer();

async function nextRunning({ services }: ServerHost, batchUUID: BatchUUID, after: string | null) {
  for (;;) {
    const row = await services.store.db
      .selectFrom("tasks")
      .select("run_uuid")
      .where("batch_uuid", "=", batchUUID)
      .where("status", "=", "running")
      .executeTakeFirst();
    if (row !== undefined && row.run_uuid !== after) return row.run_uuid;
    await sleep(LOOK_EVERY_MS);
  }
}
