import { afterAll, beforeAll, describe, it } from "vitest";
import { chaosOfFleet } from "../chaos/fleet-chaos.ts";
import { hasRedisServer } from "../conformance/redis-server.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { type Installation, installCli } from "./cli-installation.ts";

/* A short look at what `npm run test:chaos` does with 500 pictures. MASKLOOM_CHAOS_SEED repeats what once went wrong. */

const SEED = Number(process.env["MASKLOOM_CHAOS_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const PLAN = { pictures: 30, times: 1, seed: SEED };

let installation: Installation;
beforeAll(async () => {
  installation = await installCli();
});
afterAll(() => installation?.remove());

/* Much of the time is spent on waiting for leases to run out: both at once they do. */
describe.concurrent("a paid batch on three workers, with everything killed at random", {
  timeout: 300_000,
}, () => {
  it("ends with each picture once and one bill each, on PostgreSQL", async () => {
    await chaosOfFleet({ ...PLAN, installation, queues: "PostgreSQL" });
  });

  it.skipIf(mayBeMissing && !hasRedisServer())(
    "ends with each picture once and one bill each, on a Redis that forgets (needs redis-server)",
    async () => {
      await chaosOfFleet({ ...PLAN, installation, queues: "Redis" });
    },
  );
});
