import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TaskUUID } from "../../src/contracts/ids.ts";
import type { SpendingCaps } from "../../src/contracts/provider.ts";
import {
  type CallMaker,
  endCall,
  findCall,
  type NewCall,
  reserveCall,
  takeTurn,
} from "../../src/store/calls.ts";
import { readBudgets } from "../../src/store/ledger.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { changeLimits, limitsInForce } from "../../src/store/provider-limits.ts";
import { findUpload, forgetUploads, keepUpload } from "../../src/store/provider-uploads.ts";
import { twoSteps } from "../engine/two-steps.ts";
import { type EngineHost, openEngineHost } from "./engine-host.ts";

describe("calls and what they cost", () => {
  let host: EngineHost;
  beforeAll(async () => {
    host = await openEngineHost();
  });
  afterAll(() => host?.stop());

  /** A task in the middle of its first attempt. */
  const makeMaker = async (): Promise<CallMaker> => {
    const { db } = host.services.store;
    const { batchUUID, runs } = await host.submit(1, twoSteps());
    const [runUUID] = runs;
    const task = await db
      .updateTable("tasks")
      .set({ status: "running", attempt: 1, lease_worker: "nobody" })
      .where("batch_uuid", "=", batchUUID)
      .where("step", "=", "faces")
      .returning("uuid")
      .executeTakeFirstOrThrow();
    if (runUUID === undefined) throw new Error("there is no run");
    return { taskUUID: task.uuid, attempt: 1, runUUID, batchUUID, ownerUUID: LOCAL_OWNER };
  };
  const callOf = (maker: CallMaker, provider: string, more: Partial<NewCall> = {}): NewCall => ({
    callUUID: randomUUID(),
    maker,
    region: 0,
    key: "k",
    provider,
    model: "runware:101@1",
    price: 0.1,
    caps: {},
    request: { prompt: "a face" },
    ...more,
  });
  const ledgerOf = async (provider: string) => {
    const rows = await host.services.store.db
      .selectFrom("ledger")
      .select(["kind", "amount"])
      .where("provider", "=", provider)
      .orderBy("id")
      .execute();
    return rows.map(({ kind, amount }) => [kind, Number(amount)]);
  };

  it("are written down as sent, with their price, before anything is sent", async () => {
    const { db } = host.services.store;
    const maker = await makeMaker();
    const call = callOf(maker, "a");
    expect(await reserveCall(db, call)).toEqual({ kind: "reserved" });
    expect(await findCall(db, maker.taskUUID, "k")).toMatchObject({
      callUUID: call.callUUID,
      state: "sent",
      reservedCost: 0.1,
    });
    expect(await ledgerOf("a")).toEqual([["reserve", 0.1]]);
  });

  it("are booked once, with what they really cost, however often their end is told", async () => {
    const { db } = host.services.store;
    const call = callOf(await makeMaker(), "b");
    await reserveCall(db, call);
    const end = { state: "answered", cost: 0.04, providerId: "x", answer: { image: "i" } } as const;
    const written = await Promise.all([1, 2, 3].map(() => endCall(db, call.callUUID, end)));
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(await ledgerOf("b")).toEqual([
      ["reserve", 0.1],
      ["release", -0.1],
      ["settle", 0.04],
    ]);
    expect(await endCall(db, call.callUUID, { state: "failed" })).toBe(false);
  });

  it("that failed give their price back, and are not found again", async () => {
    const { db } = host.services.store;
    const maker = await makeMaker();
    const call = callOf(maker, "c");
    await reserveCall(db, call);
    await endCall(db, call.callUUID, { state: "failed", error: { code: "PROVIDER_REFUSED", message: "no" } });
    expect(await findCall(db, maker.taskUUID, "k")).toBeNull();
    expect(await ledgerOf("c")).toEqual([
      ["reserve", 0.1],
      ["release", -0.1],
    ]);
  });

  it("that are uncertain stay reserved, and can still be found out", async () => {
    const { db } = host.services.store;
    const maker = await makeMaker();
    const call = callOf(maker, "d");
    await reserveCall(db, call);
    await endCall(db, call.callUUID, { state: "uncertain" });
    expect(await ledgerOf("d")).toEqual([["reserve", 0.1]]);
    expect(await endCall(db, call.callUUID, { state: "answered", cost: 0.2 })).toBe(true);
    expect(await ledgerOf("d")).toEqual([
      ["reserve", 0.1],
      ["release", -0.1],
      ["settle", 0.2],
    ]);
  });

  it("of an attempt that lost its task are not made", async () => {
    const { db } = host.services.store;
    const maker = await makeMaker();
    expect(await reserveCall(db, callOf({ ...maker, attempt: 2 }, "e"))).toEqual({ kind: "lost" });
    expect(
      await reserveCall(db, callOf({ ...maker, taskUUID: randomUUID() as string as TaskUUID }, "e")),
    ).toEqual({
      kind: "lost",
    });
    expect(await ledgerOf("e")).toEqual([]);
  });

  it.each([
    ["run", { run: 0.35 }],
    ["batch", { batch: 0.35 }],
    ["owner", { owner: 0.35 }],
    ["day", { day: 0.35 }],
  ] as const)("stay under the limit of a %s when ten ask at once", async (of, caps: SpendingCaps) => {
    const { db } = host.services.store;
    const maker = await makeMaker();
    const provider = `limit-${of}`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        reserveCall(db, callOf(maker, provider, { key: `k${at}`, caps })),
      ),
    );
    expect(answers.filter(({ kind }) => kind === "reserved")).toHaveLength(3);
    const refused = answers.find((answer) => answer.kind === "exceeds");
    expect(refused).toMatchObject({ budget: { of, limit: 0.35, used: expect.closeTo(0.3) } });
  });

  it("count for the batch's own limit whichever provider they go to", async () => {
    const { db } = host.services.store;
    const maker = await makeMaker();
    await db.updateTable("batches").set({ max_cost: 0.25 }).where("uuid", "=", maker.batchUUID).execute();
    const answers = await Promise.all(
      ["f", "g", "h", "i"].map((provider) => reserveCall(db, callOf(maker, provider, { key: provider }))),
    );
    expect(answers.filter(({ kind }) => kind === "reserved")).toHaveLength(2);
    const scope = { owner: LOCAL_OWNER, batch: maker.batchUUID, run: maker.runUUID, provider: "f" };
    expect(await readBudgets(db, scope, {})).toEqual([{ of: "all", limit: 0.25, used: expect.closeTo(0.2) }]);
  });

  it("stay under limits that were changed since, whatever is configured", async () => {
    const { db } = host.services.store;
    const maker = await makeMaker();
    const configured = { run: 0, day: 0.35 };
    const ask = (key: string) => reserveCall(db, callOf(maker, "changed", { key, caps: configured }));
    expect(await ask("1")).toMatchObject({ kind: "exceeds", budget: { of: "run", limit: 0 } });
    await changeLimits(db, "changed", { run: null });
    expect(await limitsInForce(db, "changed", configured)).toEqual({ day: 0.35 });
    expect(await ask("2")).toEqual({ kind: "reserved" });
    await changeLimits(db, "changed", { run: null, day: 0.15 });
    expect(await ask("3")).toMatchObject({ kind: "exceeds", budget: { of: "day", limit: 0.15 } });
    await changeLimits(db, "changed", {});
    expect(await limitsInForce(db, "changed", configured)).toEqual(configured);
  });

  it("name pictures that were uploaded before, each owner those of its own, as long as the peer keeps them", async () => {
    const { db } = host.services.store;
    const key = { place: "p", owner: LOCAL_OWNER, digest: "d" };
    expect(await findUpload(db, key)).toBeNull();
    await keepUpload(db, key, "first");
    await keepUpload(db, key, "second");
    expect(await findUpload(db, key)).toBe("second");
    expect(await findUpload(db, { ...key, place: "another account" })).toBeNull();
    expect(await findUpload(db, { ...key, owner: randomUUID() })).toBeNull();
    const lastUsed = (days: number) =>
      db
        .updateTable("provider_uploads")
        .set({ used_at: new Date(Date.now() - days * 24 * 3_600_000) })
        .where("digest", "=", "d")
        .execute();
    await lastUsed(24);
    expect(await findUpload(db, key)).toBe("second");
    await lastUsed(31);
    expect(await findUpload(db, key)).toBeNull();
    await keepUpload(db, { ...key, digest: "e" }, "third");
    expect(await db.selectFrom("provider_uploads").select("digest").execute()).toEqual([{ digest: "e" }]);
    await forgetUploads(db, "p", ["third", "another"]);
    expect(await findUpload(db, { ...key, digest: "e" })).toBeNull();
  });

  it("begin one after the other where a provider is called so often a second", async () => {
    const { db } = host.services.store;
    const waits = await Promise.all(Array.from({ length: 5 }, () => takeTurn(db, "paced", 2)));
    const sorted = waits.toSorted((a, b) => a - b);
    expect(sorted[0]).toBeLessThan(500);
    expect(sorted[4]).toBeGreaterThan(1000);
    expect(sorted[4]).toBeLessThanOrEqual(2000);
  });
});
