import type { Page } from "playwright-core";
import sharp from "sharp";
import { readConfig } from "../src/config/config.ts";
import { parseWorkflow } from "../src/engine/language/parse-workflow.ts";
import { createLogger } from "../src/logging/log.ts";
import { prepareWorkflow } from "../src/runs/prepare-workflow.ts";
import { openServices, type Services } from "../src/runs/services.ts";
import { openBatch, submitRuns } from "../src/runs/submit.ts";
import { startServer } from "../src/server/start-server.ts";
import { completeBatch } from "../src/store/batches.ts";
import { LOCAL_OWNER } from "../src/store/owners.ts";
import { listReviews } from "../src/store/review-list.ts";
import { buildDashboard } from "../test/browser/built-dashboard.ts";
import { CHROMIUM, openBrowser } from "../test/browser/open-browser.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../test/store/postgres/temporary-home.ts";
import { framesWhile } from "./frames.ts";
import { percentile, printTable } from "./table.ts";

const REVIEWS = Number(process.env["BENCH_REVIEWS"] ?? 2_000);
/** 2,000 pictures in 20 minutes. */
const PER_MINUTE = 100;
/** From a key to the next picture in its place: below that nobody waits for the page. */
const NEXT_MS = 300;
const FRAME_MS = 500;
const MS_PER_MINUTE = 60_000;
const SIDE = 256;

const WORKFLOW = `
maskloom: 1
name: looked-at
inputs: { image: { type: image } }
steps:
  - { id: look, task: review, show: "\${inputs.image}" }
output: "\${steps.look.image}"
`;

/** The review's wall, in a real tab: a key for each picture, the next one pressed when the next picture is there. */
export async function benchReview(): Promise<void> {
  if (CHROMIUM === undefined) {
    process.stdout.write("\nthe review's bench needs chromium; there is none\n");
    return;
  }
  const [home, built, browser] = await Promise.all([makeTemporaryHome(), buildDashboard(), openBrowser()]);
  const services = await openServices(
    readConfig({ MASKLOOM_HOME: home, LOG_LEVEL: "silent" }),
    () => undefined,
  );
  await askForReviews(services);
  const server = await startServer(services, {
    host: "127.0.0.1",
    port: 0,
    log: createLogger("silent"),
    dashboardFolder: built.folder,
  });
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  await page.goto(`${server.url}/review`);
  await page.locator("[data-connection=online]").waitFor();
  await page.locator("[data-tile='0'] img").waitFor();
  const waits: number[] = [];
  const start = performance.now();
  const frames = await framesWhile(page, () => decideAll(page, waits));
  const minutes = (performance.now() - start) / MS_PER_MINUTE;
  const sent = performance.now();
  await untilNoneWaits(services);
  report(waits, frames, minutes, performance.now() - sent);
  await browser.close();
  await server.close();
  await services.close();
  await Promise.all([built.remove(), removeTemporaryHome(home)]);
}

function report(waits: readonly number[], frames: readonly number[], minutes: number, afterMs: number): void {
  const p95 = percentile(waits, 0.95);
  const longest = Math.max(...frames);
  const perMinute = waits.length / minutes;
  printTable(`Reviewing ${REVIEWS} pictures by keys`, [
    {
      what: "decisions a minute",
      ours: `${perMinute.toFixed(0)}, the last one is taken ${(afterMs / 1000).toFixed(1)} s later`,
      against: `at least ${PER_MINUTE}`,
      verdict: perMinute >= PER_MINUTE,
    },
    {
      what: "from a key to the next picture, p95",
      ours: `${p95.toFixed(0)} ms, worst ${Math.max(...waits).toFixed(0)} ms`,
      against: `at most ${NEXT_MS} ms`,
      verdict: p95 <= NEXT_MS,
    },
    {
      what: "the longest frame meanwhile",
      ours: `${longest.toFixed(0)} ms, p95 ${percentile(frames, 0.95).toFixed(0)} ms`,
      against: `at most ${FRAME_MS} ms`,
      verdict: longest <= FRAME_MS,
    },
  ]);
}

/** Runs that ask before anything is done, each with a picture of its own. */
async function askForReviews({ store, models, artifacts }: Services): Promise<void> {
  const prepared = await prepareWorkflow(parseWorkflow(WORKFLOW, { file: "looked-at.yaml" }), models);
  const batch = await openBatch(store, { ...prepared, owner: LOCAL_OWNER, inputs: {}, interactive: false });
  await submitRuns(
    store,
    batch,
    Array.from({ length: REVIEWS }, (_, at) => ({
      file: `${String(at).padStart(5, "0")}.png`,
      prepare: async () => {
        const { uuid } = await artifacts.save(await drawPicture(at), {
          ...{ owner: LOCAL_OWNER, kind: "image", mediaType: "image/png" },
          ...{ width: SIDE, height: SIDE },
        });
        return { inputs: { image: { uuid, meta: {} } }, identity: null };
      },
    })),
  );
  await completeBatch(store.db, batch.batchUUID);
}

/** Slopes that no other number has. */
function drawPicture(number: number): Promise<Buffer> {
  const samples = Buffer.alloc(SIDE * SIDE * 3);
  for (let at = 0; at < samples.length; at += 1) {
    const [x, y] = [Math.floor(at / 3) % SIDE, Math.floor(at / 3 / SIDE)];
    samples[at] = (x * (1 + (number % 7)) + y * (1 + (number % 11)) + number + (at % 3) * 60) % 256;
  }
  return sharp(samples, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toBuffer();
}

/** Presses `a` until nothing is left. */
async function decideAll(page: Page, waits: number[]): Promise<void> {
  await page.keyboard.press("ArrowRight");
  await page.evaluate(untilNextAfter(""));
  for (let number = 0; number < REVIEWS; number += 1) {
    const shown = await page.evaluate<string>(SHOWN);
    const start = performance.now();
    await page.keyboard.press("a");
    if (number < REVIEWS - 1) await page.evaluate(untilNextAfter(shown));
    waits.push(performance.now() - start);
  }
}

const SHOWN = `document.activeElement.closest("[data-review]").dataset.review`;

/** Another picture is in the place that has the focus, and it is there to be seen. */
const untilNextAfter = (shown: string) => `new Promise((done) => {
  const look = () => {
    const tile = document.activeElement?.closest("[data-review]");
    const image = tile?.querySelector("img");
    const isNext = tile !== undefined && tile !== null && tile.dataset.review !== "${shown}";
    if (isNext && image?.complete === true && image.naturalWidth > 0) done();
    else requestAnimationFrame(look);
  };
  look();
})`;

async function untilNoneWaits({ store }: Services): Promise<void> {
  for (;;) {
    const { total } = await listReviews(store.db, LOCAL_OWNER, { limit: 1 });
    if (total === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
