import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { chromium, type Page } from "playwright-core";
import sharp from "sharp";
import { PACKAGE_ROOT } from "../src/package-root.ts";

/*
 * The dashboard's pictures in the README, of a real server with real runs: npm run build && npm run screenshots.
 * Needs Chromium (CHROMIUM=<path> unless /usr/bin/chromium).
 */

const FOLDER = path.join(PACKAGE_ROOT, "docs/images");
const PHOTOS = path.join(PACKAGE_ROOT, "examples/photos");
const EXECUTABLE = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const SIZE = { width: 1440, height: 900 };
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];

/* Its name is seen in a picture. One that is there already may be somebody's own, and is not touched. */
const photos = path.join(os.tmpdir(), "portraits");
await mkdir(photos);
const home = await mkdtemp(path.join(os.tmpdir(), "maskloom-screenshots-"));
try {
  await fillFolder(photos);
  await withServer(async (url) => {
    await runBatch(url, "face-detail");
    await runBatch(url, "eyes-detail");
    await drawAll(url);
  });
} finally {
  await rm(home, { recursive: true, force: true });
  await rm(photos, { recursive: true, force: true });
}

async function withServer(use: (url: string) => Promise<void>): Promise<void> {
  const bin = path.join(PACKAGE_ROOT, "bin/maskloom.js");
  const env = {
    ...process.env,
    MASKLOOM_HOME: home,
    MASKLOOM_FOLDERS: photos,
    LOG_LEVEL: "error",
    DATABASE_URL: "",
    REDIS_URL: "",
  };
  const server = spawn(process.execPath, [bin, "up", "--port", "0"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(server, "exit");
  try {
    const [line] = (await Promise.race([once(server.stdout, "data"), ended])) as [unknown];
    const url = /ready: (http:\S+)/.exec(String(line))?.[1];
    if (url === undefined) throw new Error(`unexpected: ${String(line)}`);
    await use(url);
  } finally {
    server.kill("SIGTERM");
    await ended;
  }
}

/** The two photos, and parts of them, mirrored and in grey: a small shoot. */
async function fillFolder(folder: string): Promise<void> {
  const names = (await readdir(PHOTOS)).filter((name) => name.endsWith(".jpg"));
  for (const name of names) {
    const file = path.join(PHOTOS, name);
    const { width = 0, height = 0 } = await sharp(file).metadata();
    const head = {
      left: Math.round(width * 0.12),
      top: 0,
      width: Math.round(width * 0.7),
      height: Math.round(height * 0.62),
    };
    const takes = {
      "": sharp(file),
      "-mirrored": sharp(file).flop(),
      "-close": sharp(file).extract(head),
      "-grey": sharp(file).greyscale(),
      "-warm": sharp(file).extract(head).flop().modulate({ saturation: 1.25, hue: 12 }),
      "-soft": sharp(file).modulate({ brightness: 1.12, saturation: 0.7 }),
    };
    for (const [take, picture] of Object.entries(takes)) {
      await picture.jpeg({ quality: 92 }).toFile(path.join(folder, name.replace(".jpg", `${take}.jpg`)));
    }
  }
}

async function runBatch(url: string, workflow: string): Promise<void> {
  const begun = await fetch(new URL("/api/batches", url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ workflow, folder: photos }),
  });
  const { batchUUID } = (await begun.json()) as { batchUUID: string };
  for (;;) {
    const batch = (await (await fetch(new URL(`/api/batches/${batchUUID}`, url))).json()) as {
      status: string;
    };
    if (batch.status === "ended") return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

interface ListedRun {
  readonly runUUID: string;
  readonly batchUUID: string;
  readonly file: string;
  readonly workflow: string;
  readonly pictures: { readonly input: string | null };
}

async function drawAll(url: string): Promise<void> {
  const { runs } = (await (await fetch(new URL("/api/runs?limit=100", url))).json()) as { runs: ListedRun[] };
  const run = runs.find(({ file, workflow }) => file === "astronaut.jpg" && workflow === "face-detail");
  const portrait = runs.find(({ file }) => file === "grace_hopper-close.jpg");
  if (run === undefined || portrait === undefined) throw new Error("the runs are not there");
  const playground = `/playground?image=%22${portrait.pictures.input}%22&model=mediapipe_face_mesh`;
  await draw(url, `/runs/${run.runUUID}`, "dashboard-run", "light");
  await draw(url, "/runs?view=wall", "dashboard-runs", "dark");
  await draw(url, playground, "dashboard-playground", "light");
  await draw(url, `/batches/${run.batchUUID}`, "dashboard-batch", "dark");
}

async function draw(
  url: string,
  address: string,
  name: string,
  colorScheme: "light" | "dark",
): Promise<void> {
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS });
  try {
    const page = await browser.newPage({ viewport: SIZE, colorScheme });
    await page.goto(new URL(address, url).href);
    await untilQuiet(page);
    const shot = await sharp(await page.screenshot())
      .webp({ quality: 86 })
      .toBuffer();
    await writeFile(path.join(FOLDER, `${name}.webp`), shot);
  } finally {
    await browser.close();
  }
}

/** Everything that was asked for has come, and every picture is drawn. */
async function untilQuiet(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle").catch(() => undefined);
  await page.waitForTimeout(1_500);
  await page.evaluate(
    "Promise.all([...document.images].map((image) => image.decode().catch(() => null))).then(() => null)",
  );
}
