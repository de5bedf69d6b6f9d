import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { Report } from "../../src/contracts/report.ts";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import { openServices } from "../../src/runs/services.ts";
import { hasRedisServer, startRedisServer } from "../conformance/redis-server.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

const PICTURES = 100;

/* The real command line on 100 real pictures; its worker is killed in the middle, then everything of it at once. */

describe("kill -9 in the middle of 100 pictures", () => {
  it("loses nothing and ends each picture once, on PostgreSQL", async () => {
    await killAndGoOn({});
  });

  it.skipIf(mayBeMissing && !hasRedisServer())(
    "loses nothing and ends each picture once, on Redis (needs redis-server)",
    async () => {
      const redis = await startRedisServer(["--appendonly", "yes"]);
      await killAndGoOn({ REDIS_URL: redis.url });
      await redis.stop();
    },
  );
});

async function killAndGoOn(environment: Record<string, string>): Promise<void> {
  const home = await makeTemporaryHome();
  const [pictures, out] = [path.join(home, "pictures"), path.join(home, "out")];
  await makePictures(pictures);
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    MASKLOOM_HOME: home,
    LOG_LEVEL: "silent",
    ...environment,
  };

  const first = startRun(pictures, out, env);
  await untilWritten(out, 15, first);
  process.kill(workerOf(first), "SIGKILL");
  await untilWritten(out, 45, first);
  /* The whole process group: the command and its second worker. */
  process.kill(-(first.pid ?? 0), "SIGKILL");
  await once(first, "exit");
  const survived = (await written(out)).length;
  expect(survived).toBeLessThan(PICTURES);

  const second = startRun(pictures, out, env);
  const [printed] = await Promise.all([readAll(second), once(second, "exit")]);
  expect(second.exitCode).toBe(0);
  const report = Report.parse(JSON.parse(printed));
  expect(new Set(report.runs.map((run) => run.file)).size).toBe(PICTURES);
  expect(report.runs.map((run) => run.status)).toEqual(Array(PICTURES).fill("succeeded"));
  expect(report.runs.filter((run) => run.reused).length).toBeGreaterThanOrEqual(survived);
  expect(await written(out)).toHaveLength(PICTURES);
  for (const run of report.runs) {
    expect(run.pixelsChangedOutside).toBe(0);
    expect((await sharp(path.join(out, run.output ?? "")).stats()).isOpaque).toBe(true);
  }
  await expectEachEndedOnce(home, environment);
  await removeTemporaryHome(home);
  await rm(home, { recursive: true, force: true });
}

/** In the database, not only in the folder: one finished run a picture, and no task that was committed twice. */
async function expectEachEndedOnce(home: string, environment: Record<string, string>): Promise<void> {
  const services = await openServices(readConfig({ MASKLOOM_HOME: home, ...environment }), () => undefined);
  const { db } = services.store;
  const runs = await db.selectFrom("runs").select(["file", "status"]).execute();
  const finished = runs.filter((run) => run.status === "succeeded").map((run) => run.file);
  const attempts = await db.selectFrom("attempts").select(["task_uuid", "outcome"]).execute();
  const committed = attempts.filter(
    (attempt) => attempt.outcome === "succeeded" || attempt.outcome === "cached",
  );
  await services.close();
  expect(finished).toHaveLength(PICTURES);
  expect(new Set(finished).size).toBe(PICTURES);
  expect(new Set(committed.map((attempt) => attempt.task_uuid)).size).toBe(committed.length);
  expect(attempts.filter((attempt) => attempt.outcome === "lost").length).toBeGreaterThan(0);
}

/** The bundled face, each time a little otherwise, so that nothing can come from the cache. */
async function makePictures(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const face = await readFile(path.join(PACKAGE_ROOT, "examples/photos/astronaut.jpg"));
  const base = await sharp(face).resize(256, 256).raw().toBuffer();
  for (let at = 0; at < PICTURES; at += 1) {
    const pixels = Buffer.from(base);
    pixels[0] = at;
    const png = await sharp(pixels, { raw: { width: 256, height: 256, channels: 3 } })
      .png()
      .toBuffer();
    await writeFile(path.join(folder, `${String(at).padStart(3, "0")}.png`), png);
  }
}

function startRun(pictures: string, out: string, env: NodeJS.ProcessEnv): ChildProcess {
  const args = [
    path.join(PACKAGE_ROOT, "bin/maskloom.js"),
    "run",
    "anonymize-faces",
    pictures,
    "--out",
    out,
    "--json",
  ];
  return spawn(process.execPath, args, { env, detached: true, stdio: ["ignore", "pipe", "ignore"] });
}

/** The worker process of a `run`. */
function workerOf(run: ChildProcess): number {
  const listed = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  for (const line of listed.split("\n")) {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(parent) === run.pid && command?.includes("workers")) return Number(pid);
  }
  throw new Error("the run has no worker process");
}

async function untilWritten(out: string, count: number, run: ChildProcess): Promise<void> {
  while ((await written(out)).length < count) {
    if (run.exitCode !== null) throw new Error(`the run ended with ${run.exitCode} after too few pictures`);
    await delay(20);
  }
}

const written = async (out: string) =>
  (await readdir(out).catch(() => [])).filter((name) => name.endsWith(".png"));

async function readAll(child: ChildProcess): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
