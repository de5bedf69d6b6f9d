import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hasRedisServer } from "../conformance/redis-server.ts";
import { readLedger } from "../integration/chaos-ledger.ts";
import { type Installation, installCli, PHOTOS, until } from "../integration/cli-installation.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { printFigures } from "./figures.ts";
import { type Fleet, openFleet, untilReady } from "./fleet.ts";
import { type HeldHooks, hookWorkflow, startHeldHooks } from "./held-hooks.ts";
import { type PartitionProxy, startPartitionProxy } from "./partition-proxy.ts";
import { type PostgresProcess, startPostgresProcess } from "./postgres-process.ts";
import { startRedisProcess } from "./redis-process.ts";

/* A network that carries nothing for half a minute between one worker and what all stand on. */

const CUT_MS = 1000 * Number(process.env["MASKLOOM_PARTITION_SECONDS"] ?? 30);

let installation: Installation;
let postgres: PostgresProcess;
let hooks: HeldHooks;
let fleet: Fleet;
let opened: (() => Promise<unknown>)[];

beforeAll(async () => {
  installation = await installCli();
});
afterAll(() => installation?.remove());
beforeEach(async () => {
  opened = [];
  postgres = await startPostgresProcess();
  opened.push(() => postgres.remove());
  hooks = await startHeldHooks();
  opened.push(() => hooks.close());
});
afterEach(async () => {
  for (const close of opened.reverse()) await close();
});

/** A server, and a worker that leads: it serves nothing that the tests ask for. */
async function start(environment: Readonly<Record<string, string>>): Promise<void> {
  fleet = await openFleet({
    installation,
    environment: { DATABASE_URL: postgres.url, MASKLOOM_ALLOWED_TARGETS: "127.0.0.1", ...environment },
  });
  opened.push(() => fleet.close());
  await untilReady(fleet.startServer());
  await untilReady(fleet.startWorker(["--queues", "masking"]));
  const workflow = `
maskloom: 1
name: look
inputs: { image: { type: image } }
steps: [{ id: face, task: imageMasking, inputImage: "\${inputs.image}", model: mediapipe_face_short }]
output: \${steps.face.maskImage}
`;
  /* What it has done it was given: so it leads, as nobody else is there who could. */
  const { runUUID } = await fleet.client.runs.create({ workflow, image: await image });
  await fleet.client.runs.wait(runUUID);
}

async function proxyTo(port: number): Promise<PartitionProxy> {
  const proxy = await startPartitionProxy(port);
  opened.push(() => proxy.close());
  return proxy;
}

const image = readFile(path.join(PHOTOS, "astronaut.jpg"));
const submit = async () =>
  fleet.client.runs.create({ workflow: hookWorkflow(hooks.url), image: await image });
const saidBy = async (runUUID: string) => (await fleet.client.runs.wait(runUUID)).outputs;

describe("a worker that cannot reach PostgreSQL for half a minute", () => {
  it("changes nothing with a result that comes late, and works again when it is back", async () => {
    await start({});
    const proxy = await proxyTo(postgres.port);
    const far = { DATABASE_URL: postgres.url.replace(String(postgres.port), String(proxy.port)) };
    await untilReady(fleet.startWorker(["--queues", "outside"], far));
    const { runUUID } = await submit();
    const first = await hooks.next();
    const healAt = Date.now() + CUT_MS;
    proxy.cut();
    const near = fleet.startWorker(["--queues", "outside"]);
    const second = await hooks.next();
    second.answer("by the second attempt");
    expect(await saidBy(runUUID)).toEqual({ said: "by the second attempt" });
    first.answer("by the first attempt, too late");
    await delay(Math.max(0, healAt - Date.now()));
    proxy.heal();
    near.kill("SIGTERM");
    await near.ended;

    const { runUUID: next } = await submit();
    (await hooks.next()).answer("by the one that is back");
    expect(await saidBy(next)).toEqual({ said: "by the one that is back" });
    expect(await saidBy(runUUID)).toEqual({ said: "by the second attempt" });
    await expectOnce("PostgreSQL", { succeeded: 3, lost: 1 });
  });
});

describe.skipIf(mayBeMissing && !hasRedisServer())(
  "a worker that cannot reach Redis for half a minute",
  () => {
    it("commits what it has, and takes what was delivered meanwhile when it is back", async () => {
      const redis = await startRedisProcess();
      opened.push(() => redis.stop());
      await start({ REDIS_URL: redis.url });
      const proxy = await proxyTo(redis.port);
      await untilReady(
        fleet.startWorker(["--queues", "outside"], { REDIS_URL: `redis://127.0.0.1:${proxy.port}` }),
      );
      const { runUUID } = await submit();
      const first = await hooks.next();
      const healAt = Date.now() + CUT_MS;
      proxy.cut();
      first.answer("while it was cut off");
      expect(await saidBy(runUUID)).toEqual({ said: "while it was cut off" });
      const { runUUID: next } = await submit();
      await delay(Math.max(0, healAt - Date.now()));
      proxy.heal();
      (await hooks.next()).answer("afterwards");
      expect(await saidBy(next)).toEqual({ said: "afterwards" });
      await expectOnce("Redis", { succeeded: 3 });
    });
  },
);

async function expectOnce(from: string, outcomes: Readonly<Record<string, number>>): Promise<void> {
  const read = () => readLedger({ ...fleet.environment });
  await until(async () => (await read()).openAttempts === 0);
  const ledger = await read();
  printFigures(`Partition of a worker from ${from}`, {
    seconds: CUT_MS / 1000,
    attempts: JSON.stringify(ledger.outcomes),
    "runs that ended other than once": ledger.endedOtherThanOnce.length,
    "tasks committed other than once": ledger.committedOtherThanOnce.length,
  });
  expect(ledger.outcomes).toEqual(outcomes);
  expect(ledger.endedOtherThanOnce).toEqual([]);
  expect(ledger.committedOtherThanOnce).toEqual([]);
}
