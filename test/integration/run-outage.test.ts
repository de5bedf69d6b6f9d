import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { Report } from "../../src/contracts/report.ts";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { cancelRuns } from "../../src/store/cancel.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

const PATIENCE = { timeout: 60_000, interval: 20 };

/* What befalls the database, or the batch, while `maskloom run` is at work. */

describe("maskloom run", () => {
  let home: string;
  let services: Services;

  beforeEach(async () => {
    home = await makeTemporaryHome();
    services = await openServices(readConfig({ MASKLOOM_HOME: home }), () => undefined);
  });
  afterEach(async () => {
    await services.close();
    await removeTemporaryHome(home);
  });

  const connect = async () => {
    const client = new pg.Client(services.store.connection);
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const untilEnded = (count: number) =>
    vi.waitFor(async () => {
      const { rows } = await countEnded(services);
      expect(rows).toBeGreaterThanOrEqual(count);
    }, PATIENCE);

  it("goes on through a crash of the database, and no picture fails of it", async () => {
    const run = startRun(home, await makePictures(home, 40));
    await untilEnded(5);
    const client = await connect();
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    process.kill(rows[0]?.pid ?? 0, "SIGKILL");
    const { report, exitCode } = await run.ended;
    expect(report.runs.map((one) => one.status)).toEqual(Array(40).fill("succeeded"));
    expect(exitCode).toBe(0);
  });

  it("hears of its results though another application's transaction holds back the log of events", async () => {
    const client = await connect();
    await client.query("begin");
    await client.query("select pg_current_xact_id()");
    const { report, exitCode } = await startRun(home, await makePictures(home, 3)).ended;
    expect(exitCode).toBe(0);
    expect(report.runs).toHaveLength(3);
    await client.query("commit");
    await client.end();
  });

  it("comes to an end when its batch is cancelled, however many pictures wait to be submitted", async () => {
    const run = startRun(home, await makePictures(home, 200));
    await untilEnded(5);
    const { uuid } = await services.store.db.selectFrom("batches").select("uuid").executeTakeFirstOrThrow();
    await cancelRuns(services.store.db, LOCAL_OWNER, { batch: uuid });
    const { report, exitCode } = await run.ended;
    expect(exitCode).toBe(1);
    expect(report.runs).toHaveLength(200);
    expect(new Set(report.runs.map((one) => one.status))).toEqual(new Set(["succeeded", "cancelled"]));
  });
});

async function countEnded({ store }: Services): Promise<{ rows: number }> {
  const { rows } = await store.db
    .selectFrom("runs")
    .select((eb) => eb.fn.countAll<string>().as("rows"))
    .where("ended_at", "is not", null)
    .executeTakeFirstOrThrow();
  return { rows: Number(rows) };
}

/** The bundled face, each time a little otherwise, so that nothing can come from the cache. */
async function makePictures(home: string, count: number): Promise<string> {
  const folder = path.join(home, "pictures");
  await mkdir(folder);
  const face = await readFile(path.join(PACKAGE_ROOT, "examples/photos/astronaut.jpg"));
  const base = await sharp(face).resize(192, 192).raw().toBuffer();
  for (let at = 0; at < count; at += 1) {
    const pixels = Buffer.from(base);
    pixels[0] = at;
    const raw = { width: 192, height: 192, channels: 3 } as const;
    await writeFile(path.join(folder, `${at}.png`), await sharp(pixels, { raw }).png().toBuffer());
  }
  return folder;
}

function startRun(home: string, pictures: string) {
  const entry = path.join(PACKAGE_ROOT, "src/cli/main.ts");
  const args = ["run", "anonymize-faces", pictures, "--out", path.join(home, "out"), "--json"];
  const child = spawn(process.execPath, ["--import", "tsx", entry, ...args], {
    env: { PATH: process.env["PATH"], HOME: home, MASKLOOM_HOME: home, LOG_LEVEL: "silent" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { ended: finish(child) };
}

async function finish(child: ChildProcess): Promise<{ report: Report; exitCode: number | null }> {
  const read = async (stream: AsyncIterable<Buffer> | null) => {
    const chunks: Buffer[] = [];
    for await (const chunk of stream ?? []) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  const [printed, said] = await Promise.all([read(child.stdout), read(child.stderr), once(child, "exit")]);
  if (printed === "") throw new Error(`the run printed no report: ${said}`);
  return { report: Report.parse(JSON.parse(printed)), exitCode: child.exitCode };
}
