import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { Report } from "../../src/contracts/report.ts";
import { hasRedisServer, startRedisServer } from "../conformance/redis-server.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { createDice, type Dice } from "./chaos-dice.ts";
import { type Command, killAsPlanned, planKills, VICTIMS } from "./chaos-killer.ts";
import { type Ledger, readLedger } from "./chaos-ledger.ts";
import { fileName, makePictures, readResult, WORKFLOW } from "./chaos-pictures.ts";
import { type Installation, installCli, until } from "./cli-installation.ts";

/* kill -9 of any process of ours at any moment. MASKLOOM_CHAOS_PICTURES=300 for a night, MASKLOOM_CHAOS_SEED for the same one again. */

const PICTURES = Number(process.env["MASKLOOM_CHAOS_PICTURES"] ?? 60);
const SEED = Number(process.env["MASKLOOM_CHAOS_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
/** So often each of a command's processes is killed. */
const TIMES = Math.ceil(PICTURES / 100);
const LIMIT_MS = 240_000 + 4_000 * PICTURES;
const GREEN = [0, 255, 0];

let installation: Installation;

beforeAll(async () => {
  installation = await installCli();
  process.stdout.write(`chaos: MASKLOOM_CHAOS_SEED=${SEED}, ${PICTURES} pictures\n`);
});
afterAll(() => installation?.remove());

/* Much of the time is spent on waiting for leases to run out: all at once they do. */
describe.concurrent("kill -9 at any moment", { timeout: LIMIT_MS }, () => {
  chaosOn("PostgreSQL", async () => ({ environment: {}, stop: async () => undefined }));

  describe.skipIf(mayBeMissing && !hasRedisServer())("with redis-server installed", () => {
    chaosOn("Redis", async () => {
      const redis = await startRedisServer(["--appendonly", "yes"]);
      return { environment: { REDIS_URL: redis.url }, stop: () => redis.stop() };
    });
  });
});

interface Backend {
  readonly environment: Record<string, string>;
  stop(): Promise<void>;
}

function chaosOn(name: string, open: () => Promise<Backend>): void {
  it(`leaves each picture of a command done once and whole, with queues on ${name}`, async () => {
    await withHome(open, async (place) => {
      const plan = planKills(place.dice, PICTURES, TIMES, VICTIMS);
      const out = path.join(place.home, "out");
      const args = ["run", place.workflow, place.pictures, "--out", out];
      const start = () => place.start([...args, "--json", "--no-thumbnails", "--concurrency", "1"]);
      const last = await killAsPlanned(plan, start(), start, async () => (await picturesIn(out)).length);
      const { code, stdout, stderr } = await last.ended;
      expect(code, stderr).toBe(0);
      const report = Report.parse(JSON.parse(stdout));
      expect(report.runs.map(({ file, status }) => `${file} ${status}`).sort()).toEqual(
        names().map((file) => `${file} succeeded`),
      );
      expect(report.runs.every((run) => run.pixelsChangedOutside === 0)).toBe(true);
      expect((await readdir(out)).filter((name) => !name.startsWith("maskloom-report"))).toEqual(names());
      expect(await leftovers(out)).toEqual([]);
      for (const file of names()) await expectResult(file, await readFile(path.join(out, file)));
      await expectOnce(await readLedger(place.environment), name);
    });
  });

  it(`leaves each picture of the server's batch done once and whole, with queues on ${name}`, async () => {
    await withHome(open, async (place) => {
      const plan = planKills(place.dice, PICTURES, TIMES, VICTIMS);
      const start = () => place.start(["up", "--port", "0", "--concurrency", "1"]);
      const first = start();
      const begin = async (command: Command) =>
        (await clientOf(command)).batches.create({
          workflow: WORKFLOW,
          folder: place.pictures,
          idempotencyKey: "chaos",
        });
      const { batchUUID } = await begin(first);
      const done = (command: Command) => countEnded(command, batchUUID);
      const last = await killAsPlanned(plan, first, start, done);
      const client = await clientOf(last);
      await until(async () => (await client.batches.get(batchUUID)).status === "ended");
      /* The whole request once more, as one sends it whose connection was lost: nothing is begun. */
      expect((await begin(last)).batchUUID).toBe(batchUUID);
      last.kill("SIGTERM");
      expect((await last.ended).code).toBe(0);
      await expectOnce(await readLedger(place.environment), name);
    });
  });
}

interface Place {
  readonly home: string;
  readonly dice: Dice;
  readonly environment: Record<string, string>;
  readonly pictures: string;
  readonly workflow: string;
  start(args: readonly string[]): Command;
}

async function withHome(open: () => Promise<Backend>, work: (place: Place) => Promise<void>): Promise<void> {
  const home = await makeTemporaryHome();
  const backend = await open();
  const at = (name: string) => path.join(home, name);
  await makePictures(at("pictures"), PICTURES);
  await writeFile(at("chaos.yaml"), WORKFLOW);
  const env = { ...backend.environment, LOG_LEVEL: "silent", MASKLOOM_FOLDERS: at("pictures") };
  const commands: Command[] = [];
  const place: Place = {
    home,
    dice: createDice(SEED),
    environment: { ...env, MASKLOOM_HOME: home },
    pictures: at("pictures"),
    workflow: at("chaos.yaml"),
    start(args) {
      const command = installation.start(args, { home, env, group: true });
      commands.push(command);
      return command;
    },
  };
  try {
    await work(place);
  } finally {
    for (const { pid } of commands) killGroup(pid);
    await Promise.all(commands.map((command) => command.ended));
    await removeTemporaryHome(home);
    await backend.stop();
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended, as it should.
  }
}

const names = (): string[] => Array.from({ length: PICTURES }, (_, at) => fileName(at));

const picturesIn = async (out: string): Promise<string[]> =>
  (await readdir(out).catch(() => [])).filter((name) => name.endsWith(".png"));

/** Files that are not whole yet, and locks, anywhere among results and reports. */
async function leftovers(folder: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true });
  return all.filter((name) => /(^|\/)\.maskloom|\.tmp$/.test(name));
}

async function expectResult(file: string, bytes: Buffer): Promise<void> {
  expect({ file, ...(await readResult(bytes)) }).toEqual({
    file,
    at: Number.parseInt(file, 10),
    middle: GREEN,
  });
}

/** Whatever died: each picture ended once, each of its tasks was committed once, and nothing is left open. */
async function expectOnce(ledger: Ledger, name: string): Promise<void> {
  expect(ledger.runs.map(({ file, status }) => `${file} ${status}`).sort()).toEqual(
    names().map((file) => `${file} succeeded`),
  );
  expect(ledger.endedOtherThanOnce).toEqual([]);
  expect(ledger.committedOtherThanOnce).toEqual([]);
  expect(ledger.openAttempts).toBe(0);
  expect([...ledger.results.keys()].sort()).toEqual(names());
  for (const [file, bytes] of ledger.results) await expectResult(file, bytes);
  process.stdout.write(`chaos on ${name}: attempts ${JSON.stringify(ledger.outcomes)}\n`);
}

/** Where it listens, as soon as it does. */
async function urlOf(up: Command): Promise<string> {
  await until(() => addressIn(up) !== null);
  return addressIn(up) ?? "";
}

const addressIn = (up: Command): string | null => /http:\S+/.exec(up.stdout())?.[0] ?? null;

const clientOf = async (up: Command): Promise<MaskloomClient> =>
  new MaskloomClient({ baseUrl: await urlOf(up) });

/** A server that does not answer yet, or no longer, has ended nothing that is known. */
async function countEnded(up: Command, batchUUID: string): Promise<number> {
  const baseUrl = addressIn(up);
  if (baseUrl === null) return 0;
  const batch = await new MaskloomClient({ baseUrl }).batches.get(batchUUID).catch(() => null);
  return batch?.runs.succeeded ?? 0;
}
