import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir } from "node:fs/promises";
import path from "node:path";
import { PACKAGE_ROOT } from "../src/package-root.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../test/store/postgres/temporary-home.ts";
import { bareLoop } from "./batch/bare-loop.ts";
import { fillPhotoFolder } from "./batch/photo-folder.ts";
import { type Watched, watchProcesses } from "./batch/watch-processes.ts";
import { median, printTable } from "./table.ts";

/** `BENCH_PHOTOS=1000` for a night's worth; the shape of the figures is the same. */
const PHOTOS = Number(process.env["BENCH_PHOTOS"] ?? 200);
/** The bare loop keeps nothing, and so takes as long for each of many: this many of the same photos say how long. */
const BARE_PHOTOS = Math.min(PHOTOS, 200);
const GOAL = { share: 0.9, peakMiB: 1.2 * 1024, growth: 1.05 };
/** By then models are loaded and caches are full. */
const SETTLED = 0.2;

/** A folder of photos through `maskloom run face-detail`, beside a loop that does the same work and keeps nothing. Needs a built dist. */
export async function benchBatch(): Promise<void> {
  const home = await makeTemporaryHome();
  try {
    const [photos, out, bareOut] = ["photos", "out", "bare"].map((name) => path.join(home, name)) as [
      string,
      string,
      string,
    ];
    const files = await fillPhotoFolder(photos, PHOTOS);
    await mkdir(bareOut, { recursive: true });
    const watching = watchProcesses(process.pid);
    const bare = await bareLoop(files.slice(0, BARE_PHOTOS), bareOut, path.join(home, "models"));
    const bareWatched = watching.stop();
    const { seconds, watched } = await runBatch(home, photos, out);
    const written = (await readdir(out)).filter((name) => name.endsWith(".jpg")).length;
    const [rate, bareRate] = [(60 * PHOTOS) / seconds, (60 * BARE_PHOTOS) / bare.seconds];
    const share = rate / bareRate;
    const growth = growthOf(watched);
    printTable(`A batch of ${PHOTOS} photos through face-detail`, [
      {
        what: "photos a minute",
        ours: rate.toFixed(1),
        against: `${bareRate.toFixed(1)} bare loop, over ${BARE_PHOTOS}`,
      },
      {
        what: "share of the bare loop's rate",
        ours: share.toFixed(2),
        against: `>= ${GOAL.share}`,
        verdict: share >= GOAL.share,
      },
      { what: "results written", ours: `${written}`, against: `${PHOTOS}`, verdict: written === PHOTOS },
      {
        what: "peak memory, command and workers",
        ours: `${watched.peakMiB.toFixed(0)} MiB`,
        against: `<= ${GOAL.peakMiB.toFixed(0)} MiB`,
        verdict: watched.peakMiB <= GOAL.peakMiB,
      },
      {
        what: "the same, median",
        ours: `${medianOf(watched).toFixed(0)} MiB`,
        against: `${medianOf(bareWatched).toFixed(0)} MiB bare loop`,
      },
      {
        what: "memory in the last fifth beside the second",
        ours: `${growth.toFixed(2)}x`,
        against: `<= ${GOAL.growth}x`,
        verdict: growth <= GOAL.growth,
      },
      { what: "processors idle", ours: `${(100 * watched.idle).toFixed(0)} %`, against: "" },
    ]);
  } finally {
    await removeTemporaryHome(home);
  }
}

async function runBatch(home: string, photos: string, out: string) {
  const bin = path.join(PACKAGE_ROOT, "bin/maskloom.js");
  const env = { ...process.env, MASKLOOM_HOME: home, DATABASE_URL: "", REDIS_URL: "", CI: "1" };
  const start = performance.now();
  const child = spawn(process.execPath, [bin, "run", "face-detail", photos, "--out", out], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  /* The last words say why, where it fails; a pipe that nobody reads would stop it. */
  let words = "";
  child.stderr.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-2_000);
  });
  const watching = watchProcesses(child.pid ?? 0);
  const [code] = (await once(child, "exit")) as [number | null];
  const watched = watching.stop();
  if (code !== 0) throw new Error(`maskloom run ended with ${code}: ${words}`);
  return { seconds: (performance.now() - start) / 1000, watched };
}

function medianOf({ series }: Watched): number {
  return median(series.map(({ mebibytes }) => mebibytes));
}

/** The mean of the last fifth by that of the second one. */
function growthOf({ series }: Watched): number {
  const part = Math.max(1, Math.floor(series.length * SETTLED));
  const mean = (rows: Watched["series"]) =>
    rows.reduce((sum, { mebibytes }) => sum + mebibytes, 0) / Math.max(1, rows.length);
  return mean(series.slice(-part)) / mean(series.slice(part, 2 * part));
}
