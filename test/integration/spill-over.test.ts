import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BatchUUID } from "../../src/contracts/ids.ts";
import { spillOver } from "../../src/runs/calls/spill-over.ts";
import { openRemoteHost, type RemoteHost } from "./remote-host.ts";
import { repaintAt } from "./repaint-workflow.ts";

const [CHEAP, DEAR] = ["runware:101@1", "runware:102@1"];

const painted = (provider: string, model: string, ...more: string[]) =>
  repaintAt(provider, { name: "spilling", model, more });
const spillingTo = (providers: string) =>
  painted(
    "gone",
    "runware:100@1",
    `fallback: { provider: ${providers}, model: "${CHEAP}", when: "queueWait > 1ms" }`,
  );
const spilling = spillingTo("account");

/** Takes four at most: two for each of its slots. */
const FREE = { kind: "runware" as const, url: "http://127.0.0.1:9", prices: { "*": 0 }, concurrency: 2 };

/* Nobody works: what waits goes on waiting, and nothing is reserved. */
describe("tasks that spill over to where others of other batches have been sent, and have reserved nothing yet", () => {
  let host: RemoteHost;
  beforeAll(async () => {
    host = await openRemoteHost([
      { id: "gone", kind: "runware", url: "http://127.0.0.1:9", prices: { "*": 0 } },
      {
        id: "account",
        kind: "runware",
        url: "http://127.0.0.1:9",
        prices: { [CHEAP]: 0.01, [DEAR]: 0.08 },
        maxCost: { day: 0.1 },
      },
      { ...FREE, id: "farm" },
      { ...FREE, id: "farm-2" },
    ]);
    /* Its circuit is open, so that everything waits too long for it; whoever says so is not missed while this lasts. */
    const later = new Date(Date.now() + 3_600_000);
    const circuits = [{ provider: "gone", since: new Date(), nextTryAt: later }];
    await host.services.store.db
      .insertInto("workers")
      .values({
        id: "one",
        host: "here",
        pid: 1,
        queues: [],
        started_at: new Date(),
        seen_at: later,
        circuits: JSON.stringify(circuits),
      })
      .execute();
  });
  afterAll(() => host?.close());
  beforeEach(async () => {
    const { db } = host.services.store;
    await db.updateTable("tasks").set({ status: "cancelled" }).execute();
    await db.updateTable("batches").set({ status: "cancelled" }).execute();
  });

  const spill = () => spillOver(host.services.store, host.services.config.providers);
  const at = async (batch: BatchUUID) => {
    const rows = await host.services.store.db
      .selectFrom("tasks")
      .select("provider")
      .where("batch_uuid", "=", batch)
      .execute();
    return rows.map(({ provider }) => provider).sort();
  };

  it("have their own batch's limit for themselves", async () => {
    await host.submit(painted("account", CHEAP), 2);
    const { batchUUID } = await host.submit(spilling, 2, { maxCost: 0.01 });
    expect(await spill()).toBe(1);
    expect(await at(batchUUID)).toEqual(["account", "gone"]);
    /* The one that went has its price promised, as long as it is not reserved. */
    expect(await spill()).toBe(0);
  });

  it("leave the others what they will cost, by their own models", async () => {
    await host.submit(painted("account", DEAR), 1);
    const { batchUUID } = await host.submit(spilling, 3);
    expect(await spill()).toBe(2);
    expect(await at(batchUUID)).toEqual(["account", "account", "gone"]);
  });

  it("go to the next place that is named where the first has no room, and to the last what is left", async () => {
    await host.submit(painted("farm", CHEAP), 3);
    const { batchUUID } = await host.submit(spillingTo("[farm, farm-2, account]"), 7);
    expect(await spill()).toBe(7);
    const places = ["account", "account", "farm", "farm-2", "farm-2", "farm-2", "farm-2"];
    expect(await at(batchUUID)).toEqual(places);
    expect(await spill()).toBe(0);
    expect(await at(batchUUID)).toEqual(places);
  });

  it("go to the next place where the limits of the first leave no room", async () => {
    const { batchUUID } = await host.submit(spillingTo("[account, farm]"), 3, { maxCost: 0.01 });
    expect(await spill()).toBe(3);
    expect(await at(batchUUID)).toEqual(["account", "farm", "farm"]);
  });

  it("find room beside one whose name begins alike: what that one has is not theirs", async () => {
    await host.submit(painted("farm-2", CHEAP), 4);
    const { batchUUID } = await host.submit(spillingTo("farm"), 5);
    expect(await spill()).toBe(4);
    expect(await at(batchUUID)).toEqual(["farm", "farm", "farm", "farm", "gone"]);
    expect(await spill()).toBe(0);
  });

  it("do not wait for what those will not spend whose own limit is reached", async () => {
    await host.submit(painted("account", DEAR), 1, { maxCost: 0.01 });
    const { batchUUID } = await host.submit(spilling, 3);
    expect(await spill()).toBe(3);
    expect(await at(batchUUID)).toEqual(["account", "account", "account"]);
  });
});
