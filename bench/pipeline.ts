import { readFile } from "node:fs/promises";
import path from "node:path";
import { superviseWorker } from "../src/cli/supervise.ts";
import { readConfig } from "../src/config/config.ts";
import type { RunDetail } from "../src/contracts/run.ts";
import { PACKAGE_ROOT } from "../src/package-root.ts";
import { followEvents } from "../src/runs/follow.ts";
import { ingestImage } from "../src/runs/ingest.ts";
import { prepareWorkflow } from "../src/runs/prepare-workflow.ts";
import { openServices } from "../src/runs/services.ts";
import { openBatch, submitRuns } from "../src/runs/submit.ts";
import { loadWorkflow } from "../src/runs/workflow-files.ts";
import { completeBatch } from "../src/store/batches.ts";
import { LOCAL_OWNER } from "../src/store/owners.ts";
import { readRuns } from "../src/store/views.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../test/store/postgres/temporary-home.ts";
import { ms } from "./table.ts";

const PHOTOS = ["astronaut.jpg", "grace_hopper.jpg"];
/** The first round converts models and warms caches; the second is what a folder of pictures costs. */
const ROUNDS = ["first", "warm"] as const;
const PARTS = [
  "decode",
  "preprocess",
  "inference",
  "postprocess",
  "mask",
  "inpaint",
  "blend",
  "encode",
  "store",
];

/** Where the time of `face-detail` goes, picture by picture, through the real engine and a real worker process. */
export async function benchPipeline(): Promise<void> {
  const home = await makeTemporaryHome();
  process.env["MASKLOOM_HOME"] = home;
  const services = await openServices(readConfig(), report);
  const worker = superviseWorker({ store: services.store, settings: { concurrency: 1 }, onExit: report });
  const prepared = await prepareWorkflow(await loadWorkflow("face-detail"), services.models);
  const columns = ["picture", "round", "queue", ...PARTS, "total"];
  process.stdout.write(`\n### face-detail, ms per picture and part\n\n| ${columns.join(" | ")} |\n`);
  process.stdout.write(`|${columns.map(() => "---").join("|")}|\n`);
  for (const round of ROUNDS) {
    /* Another prompt each round, so that nothing comes from the cache. */
    const inputs = { prompt: round, strength: 1 };
    const batch = await openBatch(services.store, {
      ...prepared,
      owner: LOCAL_OWNER,
      inputs,
      interactive: true,
    });
    for (const photo of PHOTOS) {
      const file = path.join(PACKAGE_ROOT, "examples/photos", photo);
      const prepare = async () => {
        const { value } = await ingestImage(
          services.artifacts,
          LOCAL_OWNER,
          await readFile(file),
          photo,
          services.config.limits,
        );
        return { inputs: { ...inputs, image: value }, identity: null };
      };
      const [run] = await submitRuns(services.store, batch, [{ file: photo, prepare }]);
      const events = followEvents(
        services.store,
        { batch: batch.batchUUID },
        "0.0",
        new AbortController().signal,
      );
      for await (const event of events)
        if (event.type === "run.ended" && event.runUUID === run?.runUUID) break;
      const [detail] = await readRuns(services.store.db, LOCAL_OWNER, run === undefined ? [] : [run.runUUID]);
      if (detail !== undefined) process.stdout.write(`| ${describe(detail, photo, round).join(" | ")} |\n`);
    }
    await completeBatch(services.store.db, batch.batchUUID);
  }
  await worker.stop(8_000);
  await services.close();
  await removeTemporaryHome(home);
}

function describe(run: RunDetail, photo: string, round: string): string[] {
  const spent = (part: string) =>
    run.tasks.reduce((sum, task) => sum + (task.attempts.at(-1)?.timings[part] ?? 0), 0);
  const parts = PARTS.map(spent);
  const total = Date.parse(run.endedAt ?? "") - Date.parse(run.createdAt);
  const queue = total - parts.reduce((sum, part) => sum + part, 0);
  return [photo, round, ms(queue), ...parts.map(ms), ms(total)];
}

function report(problem: unknown): void {
  process.stderr.write(`${String(problem)}\n`);
}
