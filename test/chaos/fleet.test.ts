import { afterAll, beforeAll, describe, it } from "vitest";
import { hasRedisServer } from "../conformance/redis-server.ts";
import { type Installation, installCli } from "../integration/cli-installation.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { chaosOfFleet } from "./fleet-chaos.ts";

/* MASKLOOM_CHAOS_SEED repeats what once went wrong. */

const PICTURES = Number(process.env["MASKLOOM_CHAOS_PICTURES"] ?? 500);
const SEED = Number(process.env["MASKLOOM_CHAOS_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

let installation: Installation;
beforeAll(async () => {
  installation = await installCli();
});
afterAll(() => installation?.remove());

describe("a batch of paid pictures on three workers, with everything killed at random", () => {
  const plan = { pictures: PICTURES, times: Math.max(1, Math.round(PICTURES / 100)), seed: SEED };

  it("ends with each picture once and one bill each, on PostgreSQL", async () => {
    await chaosOfFleet({ ...plan, installation, queues: "PostgreSQL" });
  });

  it.skipIf(mayBeMissing && !hasRedisServer())(
    "ends with each picture once and one bill each, on a Redis that forgets (needs redis-server)",
    async () => {
      await chaosOfFleet({ ...plan, installation, queues: "Redis" });
    },
  );
});
