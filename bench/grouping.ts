import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readConfig } from "../src/config/config.ts";
import { createInferencePool } from "../src/onnx/inference-pool.ts";
import { createLoadedModel, type LoadedModel } from "../src/onnx/loaded-model.ts";
import { PACKAGE_ROOT } from "../src/package-root.ts";
import { openServices, type Services } from "../src/runs/services.ts";
import { openBatch, submitRuns } from "../src/runs/submit.ts";
import { completeBatch, readBatchStatus } from "../src/store/batches.ts";
import { LOCAL_OWNER } from "../src/store/owners.ts";
import { prepareExample } from "../test/engine/two-steps.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../test/store/postgres/temporary-home.ts";
import { startDelivering } from "../workers/keep-delivering.ts";
import { type ExecuteTask, startWorker } from "../workers/worker.ts";
import { median, printTable } from "./table.ts";

/* Two detectors for each picture: does it help that tasks are handed out by model? */

/** More than are outstanding at a time. */
const PICTURES = 90;
const ROUNDS = 1;
const THREADS = 2;
const GIBIBYTE = 1024 ** 3;
/** Half a GiB is what a machine of 2 GiB keeps by default: one of the two models in each thread. */
const MEMORY = { one: GIBIBYTE / 2, both: 4 * GIBIBYTE };
/** Deliveries outstanding: with so few there is nothing to put in order. */
const HANDED = { oneByOne: 4, byModel: 128 };
const GOAL = 1.1;
const FOLDER = path.join(PACKAGE_ROOT, "../shared/weights/yolov8");
const FILES = ["yolov8n-face_deq640.onnx", "yolov8n-seg_person_deq640.onnx"];
const SIDE = 640;

const request = {
  ...prepareExample(`
maskloom: 1
name: two-detectors
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: "${FILES[0]}" }
  - { id: people, task: imageMasking, inputImage: "\${inputs.image}", model: "${FILES[1]}" }
output: \${steps.people.maskImage}
`),
  owner: LOCAL_OWNER,
  inputs: {},
  interactive: false,
};

export async function benchGrouping(): Promise<void> {
  if (!FILES.every((file) => existsSync(path.join(FOLDER, file)))) {
    process.stdout.write("\nGrouping by model: not measured: weights of two YOLOv8n are not there\n");
    return;
  }
  const models = new Map(await Promise.all(FILES.map(async (file) => [file, await load(file)] as const)));
  const home = await makeTemporaryHome();
  const services = await openServices(readConfig({ MASKLOOM_HOME: home, LOG_LEVEL: "silent" }), fail);
  const measured: Record<keyof typeof MEMORY, Record<keyof typeof HANDED, number[]>> = {
    one: { oneByOne: [], byModel: [] },
    both: { oneByOne: [], byModel: [] },
  };
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const memory of ["one", "both"] as const) {
        for (const handed of ["oneByOne", "byModel"] as const) {
          const seconds = await batchSeconds(services, models, MEMORY[memory], HANDED[handed]);
          measured[memory][handed].push(seconds);
        }
      }
    }
  } finally {
    await services.close();
    await removeTemporaryHome(home);
  }
  const gain = (memory: keyof typeof MEMORY) =>
    median(measured[memory].oneByOne) / median(measured[memory].byModel);
  printTable(`Two YOLOv8n at 640 px on each of ${PICTURES} pictures, tasks handed out by model`, [
    {
      what: "room for one of them a thread",
      ours: `${median(measured.one.byModel).toFixed(2)} s`,
      against: `${median(measured.one.oneByOne).toFixed(2)} s picture by picture`,
    },
    {
      what: "gain",
      ours: `${gain("one").toFixed(2)}x`,
      against: `>= ${GOAL}x`,
      verdict: gain("one") >= GOAL,
    },
    {
      what: "room for both",
      ours: `${median(measured.both.byModel).toFixed(2)} s`,
      against: `${median(measured.both.oneByOne).toFixed(2)} s picture by picture`,
    },
  ]);
}

/** A batch through worker, queue and dispatcher; a task is one run of its model. */
async function batchSeconds(
  { store, queues }: Services,
  models: ReadonlyMap<string, LoadedModel>,
  sessionBytes: number,
  perGroup: number,
): Promise<number> {
  const pool = createInferencePool({ threads: THREADS, sessionBytes });
  await pool.warmUp([...models.values()]);
  const execute: ExecuteTask = async ({ model }) => {
    const loaded = models.get(model ?? "");
    if (loaded === undefined) throw new Error(`unexpected model ${model}`);
    const data = new Float32Array(3 * SIDE * SIDE);
    await pool.run(loaded, { images: { type: "float32", dims: [1, 3, SIDE, SIDE], data } });
    return { result: { kind: "succeeded", output: RESULT, warnings: [], cost: null }, timings: {} };
  };
  const concurrency = { masking: THREADS };
  const worker = await startWorker({ id: randomUUID(), store, queues, concurrency, execute, onError: fail });
  const delivering = startDelivering(store, queues, { onError: fail, perGroup });
  const batch = await openBatch(store, request);
  const prepare = async () => ({ inputs: { image: { uuid: RESULT.image, meta: {} } }, identity: null });
  const start = performance.now();
  await submitRuns(
    store,
    batch,
    Array.from({ length: PICTURES }, (_, at) => ({ file: `${at}.png`, prepare })),
  );
  await completeBatch(store.db, batch.batchUUID);
  while ((await readBatchStatus(store.db, batch.batchUUID)) !== "ended") await sleep(5);
  const seconds = (performance.now() - start) / 1000;
  await worker.close(0);
  await delivering.stop();
  await pool.close();
  return seconds;
}

async function load(file: string): Promise<LoadedModel> {
  const bytes = await readFile(path.join(FOLDER, file));
  return createLoadedModel(file, createHash("sha256").update(bytes).digest("hex"), bytes);
}

const RESULT = {
  image: randomUUID(),
  width: SIDE,
  height: SIDE,
  maskImage: randomUUID(),
  detections: [],
  count: 1,
  fallbackUsed: false,
};

function fail(error: unknown): never {
  throw error;
}
