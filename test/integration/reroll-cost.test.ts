import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { RunUUID } from "../../src/contracts/ids.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { listReviews } from "../../src/store/review-list.ts";
import { prepareExample } from "../engine/two-steps.ts";
import { type EngineHost, openEngineHost, PATIENCE } from "./engine-host.ts";

const reviewed = prepareExample(`
maskloom: 1
name: reviewed
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, model: some, inputImage: "\${inputs.image}" }
  - { id: detail, task: imageInference, model: some, seedImage: "\${inputs.image}", maskImage: "\${steps.faces.maskImage}" }
  - { id: look, task: review, show: "\${steps.detail.image}" }
output: "\${steps.look.image}"
`);

describe("the price of a reroll", () => {
  let host: EngineHost;
  beforeAll(async () => {
    host = await openEngineHost();
  });
  afterAll(() => host.stop());

  it("is what was last paid for the step, also in the run this one was made of, or what is configured", async () => {
    await host.work(host.answer);
    const { batchUUID, runs } = await host.submit(2, reviewed);
    const [first, second] = runs;
    if (first === undefined || second === undefined) throw new Error("no runs");
    for (const run of runs)
      await vi.waitFor(async () => expect((await host.read(run)).status).toBe("review"), PATIENCE);
    const { db } = host.services.store;
    const costNow = async (price: number | null) => {
      const { reviews } = await listReviews(db, LOCAL_OWNER, { batch: batchUUID, limit: 2 }, () => price);
      return reviews.find(({ runUUID }) => runUUID === second)?.rerollCost;
    };
    const made = async (run: RunUUID, provider: string, cost: number | null) => {
      await sql`update tasks set provider = ${provider}, started_at = now() where run_uuid = ${run} and step = 'detail'`.execute(
        db,
      );
      if (cost === null) return;
      const price = sql.lit(cost);
      await sql`insert into calls (uuid, task_uuid, attempt, region, provider, model, key, state, reserved_cost, real_cost, answer,
          owner_uuid, batch_uuid, run_uuid)
        select gen_random_uuid(), uuid, attempt, 0, provider, 'some', 'k', 'answered', ${price}, ${price}, '{}', owner_uuid, batch_uuid,
          run_uuid from tasks where run_uuid = ${run} and step = 'detail'`.execute(db);
    };
    expect(await costNow(null)).toBe(0); // made here
    await made(second, "farm", null);
    expect(await costNow(null)).toBeNull();
    expect(await costNow(0)).toBe(0);
    expect(await costNow(0.01)).toBe(0.01);
    await made(first, "farm", 0.04);
    expect(await costNow(0.01)).toBe(0.01); // it has nothing to do with this one yet
    await sql`update runs set derived_from = ${first} where uuid = ${second}`.execute(db);
    expect(await costNow(0.01)).toBe(0.04);
    await made(second, "farm", 0.05);
    expect(await costNow(0.01)).toBe(0.05);
    await made(second, "another", null); // what was paid elsewhere says nothing
    expect(await costNow(0.01)).toBe(0.01);
    await host.rest();
    expect(host.errors).toEqual([]);
  });
});
