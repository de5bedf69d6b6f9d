import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MaskloomClient } from "../src/client/maskloom-client.ts";
import { fileName, makePictures, WORKFLOW } from "../test/integration/chaos-pictures.ts";
import { startServerProcess } from "./api/server-process.ts";
import { median, ms, printTable } from "./table.ts";

/* Somebody at the screen while a batch is running: 20 single runs beside 5,000 pictures, and on an idle engine. */

/** `BENCH_BATCH=500` for a short look. */
const BATCH = Number(process.env["BENCH_BATCH"] ?? 5_000);
const SINGLE = 20;
const WARM_UP = 5;
/** A single run waits for what is under way, on all processors, and shares them with the batch. */
const GOAL = { ratio: 5, worstMs: 1_000 };
const WAIT_S = 60;

export async function benchFairness(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-fairness-"));
  const single = path.join(folder, "single");
  /* No two pictures are alike, so that nothing comes from the cache. */
  await makePictures(folder, BATCH);
  await makePictures(single, 2 * (WARM_UP + SINGLE), BATCH);
  const server = await startServerProcess({}, { MASKLOOM_FOLDERS: folder });
  try {
    const client = new MaskloomClient({ baseUrl: server.url });
    const idle = await singleRuns(client, single, BATCH);
    const { batchUUID } = await client.batches.create({ workflow: WORKFLOW, folder, recursive: false });
    while (((await client.batches.get(batchUUID)).runs.succeeded ?? 0) === 0) await sleep(50);
    const busy = await singleRuns(client, single, BATCH + WARM_UP + SINGLE);
    const { runs, status } = await client.batches.get(batchUUID);
    const done = runs.succeeded ?? 0;
    const ratio = median(busy) / median(idle);
    printTable(`${SINGLE} single runs beside a batch of ${BATCH} pictures, each of a mask and two fills`, [
      {
        what: "single run, median",
        ours: ms(median(busy)),
        against: `${ms(median(idle))} on an idle engine`,
      },
      {
        what: "beside the batch by idle",
        ours: `${ratio.toFixed(1)}x`,
        against: `<= ${GOAL.ratio}x`,
        verdict: ratio <= GOAL.ratio,
      },
      {
        what: "single run, slowest",
        ours: ms(Math.max(...busy)),
        against: `<= ${GOAL.worstMs} ms; ${ms(Math.max(...idle))} idle`,
        verdict: Math.max(...busy) <= GOAL.worstMs,
      },
      {
        what: "pictures of the batch done by then",
        ours: `${done}`,
        against: `< ${BATCH}, still running`,
        verdict: status === "running" && done < BATCH,
      },
    ]);
    await client.batches.cancel(batchUUID);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds from the request to the end of each run, one after the other; the first ones warm up. */
async function singleRuns(client: MaskloomClient, folder: string, from: number): Promise<number[]> {
  const times: number[] = [];
  for (let at = from; at < from + WARM_UP + SINGLE; at += 1) {
    const start = performance.now();
    const image = { path: path.join(folder, fileName(at)) };
    const { status } = await client.runs.create({ workflow: WORKFLOW, image, wait: WAIT_S });
    if (status !== "succeeded") throw new Error(`run of ${image.path}: ${status}`);
    times.push(performance.now() - start);
  }
  return times.slice(WARM_UP);
}
