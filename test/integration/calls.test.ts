import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { providersOf } from "../../src/config/provider-settings.ts";
import { OwnerUUID, type TaskUUID } from "../../src/contracts/ids.ts";
import type { SpendingCaps } from "../../src/contracts/provider.ts";
import { MaskloomError } from "../../src/errors.ts";
import { createCallDesk } from "../../src/runs/calls/call-desk.ts";
import { parkLeftovers } from "../../src/runs/calls/release-held.ts";
import {
  type CallEnd,
  type CallMaker,
  callsOfTask,
  endCall,
  findCall,
  type NewCall,
  reserveCall,
  takeTurn,
} from "../../src/store/calls.ts";
import { readGroupQueue, readInstanceLoads } from "../../src/store/instance-loads.ts";
import { readBudgets } from "../../src/store/ledger.ts";
import { up as costsAreCalls } from "../../src/store/migrations/0032-costs-are-calls.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { findHeld } from "../../src/store/parked.ts";
import { keepPreview, readPreview, sweepPreviews } from "../../src/store/previews.ts";
import { changeLimits, limitsInForce } from "../../src/store/provider-limits.ts";
import { findUpload, forgetUploads, keepUpload } from "../../src/store/provider-uploads.ts";
import { findWaiting, holdWaiting } from "../../src/store/spilling.ts";
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
    const lease = randomUUID();
    const task = await db
      .updateTable("tasks")
      .set({ status: "running", attempt: 1, lease_worker: "nobody", lease_uuid: lease })
      .where("batch_uuid", "=", batchUUID)
      .where("step", "=", "faces")
      .returning("uuid")
      .executeTakeFirstOrThrow();
    if (runUUID === undefined) throw new Error("there is no run");
    return { taskUUID: task.uuid, attempt: 1, lease, runUUID, batchUUID, ownerUUID: LOCAL_OWNER };
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
    expect(written.filter((spent) => spent !== null)).toEqual([{ provider: "b", usd: 0.04 }]);
    expect(await ledgerOf("b")).toEqual([
      ["reserve", 0.1],
      ["release", -0.1],
      ["settle", 0.04],
    ]);
    expect(await endCall(db, call.callUUID, { state: "failed" })).toBeNull();
  });

  it("tell once what they came to: as reserved where nobody knows, nothing where they failed", async () => {
    const { db } = host.services.store;
    const maker = await makeMaker();
    const [failed, unknown] = ["f", "u"].map((key) => callOf(maker, "told", { key }));
    if (failed === undefined || unknown === undefined) throw new Error("no calls");
    for (const call of [failed, unknown]) await reserveCall(db, call);
    const ended = async (callUUID: string, end: CallEnd) => (await endCall(db, callUUID, end))?.usd;
    expect(await ended(failed.callUUID, { state: "failed" })).toBe(0);
    expect(await ended(unknown.callUUID, { state: "uncertain" })).toBe(0.1);
    expect(await ended(unknown.callUUID, { state: "answered", cost: 0.12 })).toBeCloseTo(0.02);
  });

  it("tell no cost twice where one end is told while another is being written", async () => {
    const { db } = host.services.store;
    const call = callOf(await makeMaker(), "meanwhile");
    await reserveCall(db, call);
    const first = await db.startTransaction().execute();
    expect((await endCall(first, call.callUUID, { state: "uncertain" }))?.usd).toBe(0.1);
    const second = endCall(db, call.callUUID, { state: "answered", cost: 0.12 });
    await vi.waitFor(
      async () => {
        const { rows } = await sql`select from pg_locks where not granted`.execute(db);
        expect(rows).not.toEqual([]);
      },
      { timeout: 60_000 },
    );
    await first.commit().execute();
    expect((await second)?.usd).toBeCloseTo(0.02);
  });

  it("are what their task and run cost, as it stands at each moment, and after the migration, too", async () => {
    const { db } = host.services.store;
    const maker = await makeMaker();
    const cost = async () => {
      const { rows } = await sql<{ of_task: string | null; of_run: string | null }>`
        select t.cost as of_task, r.cost as of_run from tasks t join runs r on r.uuid = t.run_uuid
        where t.uuid = ${maker.taskUUID}`.execute(db);
      const [row] = rows;
      return [row?.of_task ?? null, row?.of_run ?? null].map((value) =>
        value === null ? null : Number(value),
      );
    };
    expect(await cost()).toEqual([null, null]);
    const [first, second, third] = [0, 1, 2].map((region) =>
      callOf(maker, "costs", { region, key: `r${region}` }),
    );
    if (first === undefined || second === undefined || third === undefined) throw new Error("no calls");
    await Promise.all([first, second, third].map((call) => reserveCall(db, call)));
    expect(await cost()).toEqual([0.3, 0.3]);
    await Promise.all([
      endCall(db, first.callUUID, { state: "answered", cost: 0.04 }),
      endCall(db, second.callUUID, { state: "failed" }),
      endCall(db, third.callUUID, { state: "uncertain" }),
    ]);
    expect(await cost()).toEqual([0.14, 0.14]);
    await sql`update tasks set cost = 7 where uuid = ${maker.taskUUID}`.execute(db);
    await sql`update runs set cost = null where uuid = ${maker.runUUID}`.execute(db);
    await costsAreCalls(db as unknown as Kysely<unknown>);
    expect(await cost()).toEqual([0.14, 0.14]);
    await endCall(db, third.callUUID, { state: "absent" });
    expect(await cost()).toEqual([0.04, 0.04]);
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

  it("stay open where an attempt failed at them that is not the task's last", async () => {
    const { db } = host.services.store;
    const maker = await makeMaker();
    const call = callOf(maker, "two at a time");
    await reserveCall(db, call);
    const failed = { state: "failed", by: maker } as const;
    const change = (set: { attempt?: number; lease_uuid?: string | null }) =>
      db.updateTable("tasks").set(set).where("uuid", "=", maker.taskUUID).execute();
    await change({ lease_uuid: randomUUID() }); // the database forgot the first's
    expect(await endCall(db, call.callUUID, failed)).toBeNull();
    await change({ attempt: 2, lease_uuid: maker.lease }); // a worker of the version before has it
    expect(await endCall(db, call.callUUID, failed)).toBeNull();
    expect(await findCall(db, maker.taskUUID, "k")).toMatchObject({ state: "sent" });
    await change({ attempt: 1, lease_uuid: null }); // nobody has it
    expect(await endCall(db, call.callUUID, failed)).toMatchObject({ usd: 0 });
  });

  it("that are uncertain stay reserved, and can still be found out", async () => {
    const { db } = host.services.store;
    const maker = await makeMaker();
    const call = callOf(maker, "d");
    await reserveCall(db, call);
    await endCall(db, call.callUUID, { state: "uncertain" });
    expect(await ledgerOf("d")).toEqual([["reserve", 0.1]]);
    expect(await endCall(db, call.callUUID, { state: "answered", cost: 0.2 })).toEqual({
      provider: "d",
      usd: 0.1,
    });
    expect(await ledgerOf("d")).toEqual([
      ["reserve", 0.1],
      ["release", -0.1],
      ["settle", 0.2],
    ]);
  });

  it("show what they look like as long as they are under way, the newest alone", async () => {
    const { db } = host.services.store;
    const call = callOf(await makeMaker(), "showing");
    await reserveCall(db, call);
    const shown = (owner = LOCAL_OWNER) => readPreview(db, owner, call.callUUID);
    expect(await shown()).toBeNull();
    for (const text of ["noise", "half a face"])
      expect(await keepPreview(db, call.callUUID, Buffer.from(text))).toBe(true);
    await sweepPreviews(db);
    expect(String(await shown())).toBe("half a face");
    expect(await shown(OwnerUUID.parse("00000000-0000-4000-8000-00000000beef"))).toBeNull();
    await endCall(db, call.callUUID, { state: "answered" });
    await sweepPreviews(db);
    expect(await shown()).toBeNull();
    expect(await keepPreview(db, call.callUUID, Buffer.from("too late"))).toBe(false);
  });

  it("whose answer cannot be kept stay open, and are asked for again instead of being paid for twice", async () => {
    const { store } = host.services;
    const maker = { ...(await makeMaker()), step: "faces" };
    const [settings] = providersOf([{ id: "full", kind: "runware", prices: { "*": 0.1 }, retries: 0 }], {});
    if (settings === undefined) throw new Error("there is no provider");
    const desk = createCallDesk(store, { onCircuits: () => undefined, onSpent: () => undefined });
    onTestFinished(() => desk.close());
    const asked: boolean[] = [];
    const make = (keep: () => Promise<object>) =>
      desk.make<string>({
        maker,
        provider: "full",
        places: [
          {
            settings,
            model: "m",
            async perform({ resumes }) {
              asked.push(resumes);
              return { result: "a face", keep, cost: 0.07, providerId: null };
            },
          },
        ],
        ...{ region: 0, key: "full", request: {}, signal: AbortSignal.timeout(60_000) },
        restore: async () => "a face",
      });
    const full = vi.fn(() => Promise.reject(new MaskloomError("DISK_FULL", "no room left")));
    await expect(make(full)).rejects.toMatchObject({ code: "DISK_FULL" });
    expect(full).toHaveBeenCalledTimes(5);
    expect(await findCall(store.db, maker.taskUUID, "full")).toMatchObject({
      state: "sent",
      reservedCost: 0.1,
    });
    expect(await make(async () => ({ file: "kept" }))).toMatchObject({ result: "a face", cost: 0.07 });
    expect(asked).toEqual([false, true]);
    expect(await ledgerOf("full")).toHaveLength(3);
  });

  it.each([
    ["full", new MaskloomError("DISK_FULL", "no room left")],
    ["away", Object.assign(new Error("reset"), { code: "ECONNRESET" })],
  ])("whose answer cannot be kept at once are kept a moment later: the store is %s", async (how, fault) => {
    const { store } = host.services;
    const maker = { ...(await makeMaker()), step: "faces" };
    const id = `hiccup-${how}`;
    const [settings] = providersOf([{ id, kind: "runware", prices: { "*": 0.1 }, retries: 0 }], {});
    if (settings === undefined) throw new Error("there is no provider");
    const desk = createCallDesk(store, { onCircuits: () => undefined, onSpent: () => undefined });
    onTestFinished(() => desk.close());
    const keep = vi.fn(async () => ({ file: "kept" })).mockRejectedValueOnce(fault);
    keep.mockRejectedValueOnce(fault);
    const perform = vi.fn(async () => ({ result: "a face", keep, cost: 0.07, providerId: null }));
    const made = await desk.make<string>({
      maker,
      provider: id,
      places: [{ settings, model: "m", perform }],
      ...{ region: 0, key: "hiccup", request: {}, signal: AbortSignal.timeout(60_000) },
      restore: async () => "a face",
    });
    expect(made).toMatchObject({ result: "a face", cost: 0.07 });
    expect([perform.mock.calls.length, keep.mock.calls.length]).toEqual([1, 3]);
    const answer = { state: "answered", answer: { file: "kept" } };
    expect(await findCall(store.db, maker.taskUUID, "hiccup")).toMatchObject(answer);
  });

  it("that nobody waits for are left to a person where they may be on a bill, and to nobody where they cost nothing", async () => {
    const { store } = host.services;
    const ends = async (price: number) => {
      const maker = await makeMaker();
      const call = callOf(maker, "left", { price });
      await reserveCall(store.db, call);
      await keepPreview(store.db, call.callUUID, Buffer.from("half a face"));
      const { taskUUID: task } = maker;
      await store.db
        .updateTable("calls")
        .set({ sent_at: new Date(Date.now() - 3_600_000) })
        .where("task_uuid", "=", task)
        .execute();
      await store.db.updateTable("tasks").set({ status: "cancelled" }).where("uuid", "=", task).execute();
      await sweepPreviews(store.db);
      expect(await readPreview(store.db, LOCAL_OWNER, call.callUUID)).toBeNull();
      await parkLeftovers(store, () => undefined);
      const [left] = await callsOfTask(store.db, task, ["sent", "failed", "uncertain"]);
      return left?.state;
    };
    expect([await ends(0.1), await ends(0)]).toEqual(["uncertain", "failed"]);
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

  it("tell how the instances of a group are, whichever worker made them", async () => {
    const { db } = host.services.store;
    const load = async (id: string) => {
      const [found] = await readInstanceLoads(db, [{ id, slots: 2, spillMs: null, timeoutMs: 60_000 }]);
      return found;
    };
    expect(await load("box")).toEqual({
      id: "box",
      slots: 2,
      spillMs: null,
      underWayMs: [],
      lastModel: null,
      changedAgoMs: null,
      callMs: null,
      failedAgoMs: null,
      restMs: 0,
    });
    const maker = await makeMaker();
    const [first, second, third] = ["m", "n", "n"].map((model, at) =>
      callOf(maker, "box", { key: `${at}`, model, price: 0 }),
    );
    if (first === undefined || second === undefined || third === undefined) throw new Error("no calls");
    for (const call of [first, second]) await reserveCall(db, call);
    await endCall(db, first.callUUID, { state: "answered" });
    const between = await load("box");
    expect(between).toMatchObject({ underWayMs: [expect.any(Number)], lastModel: "n", failedAgoMs: null });
    expect(between?.callMs).toBeGreaterThanOrEqual(0);
    expect(between?.changedAgoMs).toBeGreaterThanOrEqual(0);
    await reserveCall(db, third);
    const error = { code: "PROVIDER_UNAVAILABLE", message: "nobody is there" } as const;
    for (const call of [second, third]) await endCall(db, call.callUUID, { state: "failed", error });
    const after = await load("box");
    /* What failed has loaded nothing there. */
    expect(after).toMatchObject({ underWayMs: [], lastModel: "m", changedAgoMs: null });
    expect(after?.failedAgoMs).toBeGreaterThanOrEqual(0);
    const rest = { provider: "box", since: new Date().toISOString() };
    const worker = (nextTryAt: number) => ({
      id: `w${nextTryAt}`,
      host: "h",
      pid: 1,
      queues: [],
      started_at: new Date(),
      seen_at: new Date(),
      circuits: JSON.stringify([{ ...rest, nextTryAt: new Date(nextTryAt).toISOString() }]),
    });
    await db
      .insertInto("workers")
      .values(worker(Date.now() - 1_000))
      .execute();
    expect((await load("box"))?.restMs).toBe(0);
    await db
      .insertInto("workers")
      .values(worker(Date.now() + 600_000))
      .execute();
    expect((await load("box"))?.restMs).toBeGreaterThan(0);
    expect((await load("another"))?.restMs).toBe(0);
  });

  it("stand apart from the tasks that wait for one of several instances", async () => {
    const { db } = host.services.store;
    const makers = [await makeMaker(), await makeMaker(), await makeMaker()];
    const [calling, , queued] = makers;
    if (calling === undefined || queued === undefined) throw new Error("there are no tasks");
    for (const { taskUUID } of makers)
      await db
        .updateTable("tasks")
        .set({ provider: "boxes", model: "m" })
        .where("uuid", "=", taskUUID)
        .execute();
    await db.updateTable("tasks").set({ status: "queued" }).where("uuid", "=", queued.taskUUID).execute();
    for (const key of ["1", "2"]) {
      const call = callOf(calling, "member", { key, price: 0 });
      await reserveCall(db, call);
      await endCall(db, call.callUUID, { state: "answered" });
    }
    await reserveCall(db, callOf(calling, "member", { key: "3", price: 0 }));
    expect(await readGroupQueue(db, "boxes", ["member"])).toEqual({
      waiting: new Map([["m", 1]]),
      backlog: new Map([["m", 2]]),
      callsPerTask: 2,
    });
  });

  it("keep a task where it is that has paid for something there, however long it waits", async () => {
    const { db } = host.services.store;
    const [began, waits] = [await makeMaker(), await makeMaker()];
    await reserveCall(db, callOf(began, "dear"));
    const uuids = [began.taskUUID, waits.taskUUID];
    const { queue } = await db
      .updateTable("tasks")
      .set({ status: "queued", batch_uuid: waits.batchUUID })
      .where("uuid", "in", uuids)
      .returning("queue")
      .executeTakeFirstOrThrow();
    const place = { batch: waits.batchUUID, step: "faces", queue: queue ?? "" };
    expect((await findWaiting(db, place, 8)).map(({ taskUUID }) => taskUUID)).toEqual([waits.taskUUID]);
    const isMoved = ({ taskUUID }: CallMaker) =>
      db.transaction().execute((within) => holdWaiting(within, taskUUID, place.queue));
    expect([await isMoved(began), await isMoved(waits)]).toEqual([false, true]);
  });

  it("that are held are looked at in turns, so that none waits behind those whose limit stays reached", async () => {
    const { db } = host.services.store;
    const [many, few] = [await makeMaker(), await makeMaker()];
    const others = [await makeMaker(), await makeMaker(), await makeMaker()];
    const held = [many, ...others, few].map(({ taskUUID }) => taskUUID);
    await db.updateTable("tasks").set({ status: "held", provider: "p" }).where("uuid", "in", held).execute();
    await db
      .updateTable("tasks")
      .set({ batch_uuid: many.batchUUID })
      .where("uuid", "in", held.slice(1, 4))
      .execute();
    const seen = new Set<string>();
    while (seen.size < held.length) {
      const looked = await findHeld(db, 2);
      expect(looked.map(({ batchUUID }) => batchUUID).sort()).toEqual(
        [many, few].map((one) => one.batchUUID).sort(),
      );
      for (const { taskUUID } of looked) seen.add(taskUUID);
    }
    await db.updateTable("tasks").set({ status: "cancelled" }).where("uuid", "in", held).execute();
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
