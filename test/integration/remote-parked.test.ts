import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import type { BatchStanding } from "../../src/contracts/api.ts";
import { type BatchUUID, OwnerUUID, type RunUUID, type TaskUUID } from "../../src/contracts/ids.ts";
import { RunFilter } from "../../src/contracts/run-list.ts";
import { cancelRun } from "../../src/runs/actions/cancel.ts";
import { decideMany } from "../../src/runs/calls/decide-many.ts";
import { decideParked } from "../../src/runs/calls/decide-parked.ts";
import { parkLeftovers } from "../../src/runs/calls/release-held.ts";
import { decide as decideReview } from "../../src/runs/review/decide.ts";
import { listBatchPictures } from "../../src/store/batch-pictures.ts";
import { listBatches, readBatch } from "../../src/store/batch-view.ts";
import type { Spent } from "../../src/store/calls.ts";
import { currentCursor, readEvents } from "../../src/store/events.ts";
import { readOverview } from "../../src/store/overview.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { listParked, setBatchBudget } from "../../src/store/parked.ts";
import { readProviderStates } from "../../src/store/provider-states.ts";
import { listReviews } from "../../src/store/review-list.ts";
import { countRunList, listRuns } from "../../src/store/run-list.ts";
import { readSpending } from "../../src/store/spending.ts";
import { readRuns } from "../../src/store/views.ts";
import { readUsage } from "../../src/store/workflow-usage.ts";
import { PRICE, type ScriptedPeer, startScriptedPeer } from "../protocol/client/scripted-peer.ts";
import { openRemoteHost, type RemoteHost, type RemoteWorker } from "./remote-host.ts";
import { repaintAt } from "./repaint-workflow.ts";

const stepOn = (provider: string, more = "") =>
  repaintAt(provider, { name: `on-${provider}`, more: more === "" ? [] : [more] });

const PATIENCE = { timeout: 60_000, interval: 50 };
const ACTOR = { owner: LOCAL_OWNER, via: "api", key: null } as const;

/* Each provider of the installation is the same peer, with limits of its own. */

describe("tasks of providers that cost money", () => {
  let peer: ScriptedPeer;
  let host: RemoteHost;
  let worker: RemoteWorker;
  /** Providers whose next request the peer takes without ever saying a word about it. */
  let isMute = false;
  /** Those whose key is not taken any more once they have got a task. */
  let isLocked = false;
  /** How many more tasks it bills with what is no picture. */
  let useless = 0;

  beforeAll(async () => {
    peer = await startScriptedPeer({
      onTask: () => (isMute ? "take silently" : "take"),
      onQuestion: () =>
        isMute ? { refuse: "internalServerError" } : isLocked ? { refuse: "unauthorized" } : "take",
      get paint() {
        if (useless === 0) return undefined;
        useless -= 1;
        return async () => ({ imageBase64Data: "AAAA" });
      },
    });
    const entry = { kind: "runware" as const, url: peer.url, prices: { "*": 0.01 }, concurrency: 4 };
    host = await openRemoteHost([
      { id: "free-hand", ...entry },
      { id: "by-batch", ...entry, maxCost: { batch: 0.025 } },
      { id: "forgetful", ...entry, timeout: "2s", remembers: "1s" },
      { id: "locked", ...entry, breaker: { failures: 1, rest: "1h" } },
      { id: "rested", ...entry, timeout: "2s", breaker: { failures: 1, rest: "1h" } },
    ]);
    worker = await host.startWorker();
  });
  afterAll(async () => {
    await host?.close();
    await peer?.close();
  });

  it("are shown as what they wait for, and their runs not as running", async () => {
    const { db } = host.services.store;
    const { batchUUID, runs } = await host.submit(stepOn("free-hand"), 2, { maxCost: 0 });
    await untilParked(batchUUID, "held", 2);
    const listed = async (status: string) => {
      const filter = RunFilter.parse({ batch: batchUUID, status });
      const found = await listRuns(db, LOCAL_OWNER, { ...filter, limit: 10 });
      expect((await countRunList(db, LOCAL_OWNER, filter)).count).toBe(found.length);
      return found.map(({ parked: waits }) => waits);
    };
    expect([await listed("running"), await listed("uncertain")]).toEqual([[], []]);
    expect(await listed("held")).toEqual(["held", "held"]);
    expect(await listed("failed,held,running")).toEqual(["held", "held"]);
    expect(
      (await readRuns(db, LOCAL_OWNER, runs)).map(({ status, parked: waits }) => [status, waits]),
    ).toEqual([
      ["running", "held"],
      ["running", "held"],
    ]);
    const pictures = await listBatchPictures(db, LOCAL_OWNER, batchUUID, {
      order: "order",
      from: 0,
      limit: 9,
    });
    expect(pictures.map(({ parked: waits }) => waits)).toEqual(["held", "held"]);
    expect((await readBatch(db, LOCAL_OWNER, batchUUID))?.parked).toEqual({ held: 2, uncertain: 0 });
    expect((await readOverview(db, LOCAL_OWNER, null)).runs).toMatchObject({ running: 0, parked: 2 });

    /* As soon as something of a run goes on it runs, whatever else of it waits. */
    const [first] = runs;
    if (first === undefined) throw new Error("there is no run");
    const stands = (status: "held" | "uncertain" | "running") =>
      db.updateTable("tasks").set({ status }).where("run_uuid", "=", first).execute();
    await stands("uncertain");
    expect([await listed("held"), await listed("uncertain")]).toEqual([["held"], ["uncertain"]]);
    const batches = async (status: BatchStanding, owner = LOCAL_OWNER) => {
      const filter = { single: true, limit: 200, status };
      return (await listBatches(db, owner, filter)).map((one) => one.batchUUID);
    };
    for (const status of ["held", "uncertain", "running"] as const)
      expect(await batches(status)).toContain(batchUUID);
    for (const status of ["review", "ended"] as const) expect(await batches(status)).not.toContain(batchUUID);
    expect(await batches("held", OwnerUUID.parse(randomUUID()))).toEqual([]);
    await stands("running");
    expect(await batches("uncertain")).not.toContain(batchUUID);
    expect([await listed("running"), await listed("uncertain")]).toEqual([[undefined], []]);
    await stands("held");
    for (const run of runs) await cancelRun(host.services.store, ACTOR, run);
  });

  const parked = (batch: BatchUUID) => listParked(host.services.store.db, LOCAL_OWNER, { batch, limit: 50 });
  const untilParked = async (batch: BatchUUID, status: string, count: number) => {
    await vi.waitFor(async () => {
      const { tasks } = await parked(batch);
      if (tasks.filter((task) => task.status === status).length !== count)
        throw new Error(
          `parked are ${JSON.stringify(tasks)}, all are ${JSON.stringify(await host.statuses(batch))}`,
        );
    }, PATIENCE);
    return (await parked(batch)).tasks;
  };
  const decide = (
    taskUUID: TaskUUID | undefined,
    decision: "resend" | "giveUp" | "markBilled",
    cost?: number,
  ) => {
    if (taskUUID === undefined) throw new Error("there is no such task");
    const body = cost === undefined ? { decision } : { decision, cost };
    return decideParked(host.services.store, ACTOR, taskUUID, body);
  };
  const runOf = async (runUUID: RunUUID | undefined) => {
    const [run] = runUUID === undefined ? [] : await readRuns(host.services.store.db, LOCAL_OWNER, [runUUID]);
    if (run === undefined) throw new Error("there is no such run");
    return run;
  };
  const spentBy = async (batch: BatchUUID) => {
    const { sum } = await host.services.store.db
      .selectFrom("ledger")
      .select(({ fn }) => fn.sum("amount").as("sum"))
      .where("batch_uuid", "=", batch)
      .executeTakeFirstOrThrow();
    return Number(sum ?? 0);
  };

  it("say what they cost, and what they were paid with is kept for a bill", async () => {
    const { batchUUID, runs } = await host.submit(stepOn("free-hand"), 1);
    await host.untilTasks(batchUUID, { succeeded: 1 });
    const run = await runOf(runs[0]);
    expect(run.tasks[0]).toMatchObject({ provider: "free-hand", model: "runware:101@1", cost: PRICE });
    expect(run.tasks[0]?.output).toMatchObject({ quality: { pixelsChangedOutside: 0 } });
    expect(run.tasks[0]?.output).toMatchObject({
      quality: { pixelsChangedInside: expect.toSatisfy((pixels) => pixels > 1_000) },
    });
    expect(await spentBy(batchUUID)).toBeCloseTo(PRICE);
  });

  it("cost what was told with an answer that is of no use", async () => {
    useless = 1;
    const { batchUUID } = await host.submit(stepOn("free-hand"), 1);
    await host.untilTasks(batchUUID, { failed: 1 });
    expect(await spentBy(batchUUID)).toBeCloseTo(PRICE);
  });

  it("cost the same wherever it is told: a try that failed, what a reroll replaced, and what is there now", async () => {
    const { store } = host.services;
    const overviewBefore = await readOverview(store.db, LOCAL_OWNER, null);
    const countedBefore = await countedSpending(worker);
    useless = 1;
    const again = "retries: { attempts: 2, backoff: none, on: [OUTPUT_INVALID] }";
    const look =
      '  - { id: look, task: review, show: "${steps.paint.image}" }\noutput: "${steps.look.image}"\n';
    const { batchUUID, runs } = await host.submit(
      repaintAt("free-hand", { name: "looked-at", more: [again] }).replace(/^output:.*\n/mu, look),
      1,
    );
    await host.untilTasks(batchUUID, { succeeded: 1, review: 1 });
    expect((await costs(host, batchUUID, runs)).run).toBeCloseTo(2 * PRICE, 9);
    const waiting = await listReviews(store.db, LOCAL_OWNER, { batch: batchUUID, limit: 1 });
    const [review] = waiting.reviews;
    if (review === undefined) throw new Error("nothing waits");
    /* A try that fails is not part of what making it once more is expected to cost. */
    expect(review.rerollCost).toBeCloseTo(PRICE, 9);
    const { signal } = new AbortController();
    await decideReview(host.services, ACTOR, review.taskUUID, { decision: "reroll", round: 1 }, signal);
    await vi.waitFor(async () => {
      const { reviews } = await listReviews(store.db, LOCAL_OWNER, { batch: batchUUID, limit: 1 });
      expect(reviews).toMatchObject([{ round: 2, rerollCost: expect.closeTo(PRICE, 9) }]);
    }, PATIENCE);
    await decideReview(host.services, ACTOR, review.taskUUID, { decision: "accept", round: 2 }, signal);
    await host.untilTasks(batchUUID, { succeeded: 2 });
    const all = await costs(host, batchUUID, runs);
    for (const [place, cost] of Object.entries(all))
      expect([place, cost]).toEqual([place, expect.closeTo(3 * PRICE, 9)]);
    const overview = await readOverview(store.db, LOCAL_OWNER, null);
    expect(overview.costToday - overviewBefore.costToday).toBeCloseTo(3 * PRICE, 9);
    expect((await countedSpending(worker)) - countedBefore).toBeCloseTo(3 * PRICE, 9);
  });

  it("are held where a limit is reached, and go on by themselves as calls turn out cheaper", async () => {
    /* Two reservations of 0.01 fit; what they really cost leaves room for the others. */
    const { batchUUID } = await host.submit(stepOn("by-batch"), 6);
    await host.untilTasks(batchUUID, { succeeded: 6 });
    expect(await spentBy(batchUUID)).toBeCloseTo(6 * PRICE);
    const held = await host.services.store.db
      .selectFrom("attempts")
      .innerJoin("tasks", "tasks.uuid", "attempts.task_uuid")
      .select("attempts.error")
      .where("tasks.batch_uuid", "=", batchUUID)
      .where("outcome", "=", "held")
      .execute();
    expect(held[0]?.error?.message).toContain("maxCost.batch allows $0.025");
  });

  it("stay held under the batch's own limit until it is raised, or they are given up", async () => {
    const { db } = host.services.store;
    const second = await host.submit(stepOn("free-hand"), 3, { maxCost: 0 });
    const tasks = await untilParked(second.batchUUID, "held", 3);
    for (const task of tasks) expect(task.error).toMatchObject({ code: "BUDGET_EXCEEDED" });
    await decide(tasks[0]?.taskUUID, "giveUp");
    await expect(decide(tasks[0]?.taskUUID, "resend")).rejects.toMatchObject({ code: "CONFLICT" });
    await setBatchBudget(db, LOCAL_OWNER, second.batchUUID, 1);
    await host.untilTasks(second.batchUUID, { succeeded: 2, failed: 1 });
  });

  it("are uncertain where the peer never says what became of them, and a person decides", async () => {
    isMute = true;
    const { batchUUID, runs } = await host.submit(
      stepOn("forgetful", "retries: { attempts: 2, backoff: none }"),
      3,
    );
    const tasks = await untilParked(batchUUID, "uncertain", 3);
    isMute = false;
    expect(tasks.flatMap(({ calls }) => calls)).toHaveLength(3);
    /* Reserved, since they may be on the bill. */
    expect(await spentBy(batchUUID)).toBeCloseTo(0.03);
    const [again, never, billed] = tasks.map(({ taskUUID }) => taskUUID);
    await decide(again, "resend");
    await decide(never, "giveUp");
    await decide(billed, "markBilled", 0.007);
    await host.untilTasks(batchUUID, { succeeded: 1, failed: 2 });
    expect(await spentBy(batchUUID)).toBeCloseTo(PRICE + 0.007);
    const statuses = await Promise.all(runs.map(async (run) => (await runOf(run)).status));
    expect(statuses.sort()).toEqual(["failed", "failed", "succeeded"]);
    const { rows } = await audited(host);
    expect(rows).toEqual(expect.arrayContaining(["task.resend", "task.giveUp", "task.markBilled"]));
  });

  it("are uncertain where what they sent can be asked for no more, whatever the last try failed at", async () => {
    isLocked = true;
    const { batchUUID } = await host.submit(
      stepOn("locked", "retries: { attempts: 2, backoff: { type: fixed, delay: 1s, max: 1s } }"),
      1,
    );
    const [task] = await untilParked(batchUUID, "uncertain", 1);
    isLocked = false;
    expect(task?.error?.code).toBe("CALL_OPEN");
    expect(task?.calls).toMatchObject([{ state: "sent" }]);
    expect(await spentBy(batchUUID)).toBeCloseTo(0.01);
    await decide(task?.taskUUID, "markBilled");
    await host.untilTasks(batchUUID, { failed: 1 });
  });

  it("are asked for while their provider is given a rest that is longer than it remembers anything", async () => {
    isMute = true;
    const { batchUUID } = await host.submit(stepOn("rested"), 1);
    await vi.waitFor(async () => {
      const attempts = await host.services.store.db
        .selectFrom("attempts")
        .innerJoin("tasks", "tasks.uuid", "attempts.task_uuid")
        .select("attempts.error")
        .where("tasks.batch_uuid", "=", batchUUID)
        .execute();
      expect(attempts[0]?.error?.code).toBe("CALL_OPEN");
    }, PATIENCE);
    isMute = false;
    await host.untilTasks(batchUUID, { succeeded: 1 });
    expect(await spentBy(batchUUID)).toBeCloseTo(PRICE);
  });

  it("are listed and decided about, too, where they ended while their call was under way", async () => {
    const { store } = host.services;
    isMute = true;
    const { batchUUID, runs } = await host.submit(stepOn("free-hand"), 1);
    const callOfBatch = () =>
      store.db.selectFrom("calls").selectAll().where("batch_uuid", "=", batchUUID).executeTakeFirst();
    await vi.waitFor(async () => expect(await callOfBatch()).toMatchObject({ state: "sent" }), PATIENCE);
    const [run] = runs;
    if (run === undefined) throw new Error("there is no run");
    await cancelRun(store, ACTOR, run);
    await host.untilTasks(batchUUID, { cancelled: 1 });
    isMute = false;
    expect((await parked(batchUUID)).tasks).toEqual([]);
    await store.db
      .updateTable("calls")
      .set({ sent_at: new Date(Date.now() - 3_600_000) })
      .where("batch_uuid", "=", batchUUID)
      .execute();
    const spent: Spent[] = [];
    const cursor = await currentCursor(store.db);
    await parkLeftovers(store, (one) => spent.push(one));
    expect(spent).toEqual([{ provider: "free-hand", usd: 0.01 }]);
    const { events } = await readEvents(store.db, cursor, { run }, 10);
    /* A stopped attempt's last lines may be written later than its end. */
    const told = events.filter(({ type }) => type !== "task.logged");
    expect(told).toMatchObject([{ type: "task.uncertain", batchUUID, data: { step: expect.any(String) } }]);
    const [task] = await untilParked(batchUUID, "uncertain", 1);
    expect(task).toMatchObject({ hasEnded: true, calls: [{ state: "uncertain" }] });
    await expect(decide(task?.taskUUID, "resend")).rejects.toMatchObject({ code: "CONFLICT" });
    const again = await decideMany(store, ACTOR, { decision: "resend", filter: { batch: batchUUID } });
    expect(again).toMatchObject({ decided: 0, left: 0, more: false });
    const uncertain = async () => {
      const states = await readProviderStates(store.db, { owner: LOCAL_OWNER, seesAll: true }, ["free-hand"]);
      const batch = await readBatch(store.db, LOCAL_OWNER, batchUUID);
      return [batch?.budget?.uncertain, states.get("free-hand")?.parked.uncertain];
    };
    expect(await uncertain()).toEqual([1, 1]);
    expect(await spentBy(batchUUID)).toBeCloseTo(0.01);
    await decide(task?.taskUUID, "markBilled", 0.004);
    expect(await spentBy(batchUUID)).toBeCloseTo(0.004);
    expect((await parked(batchUUID)).tasks).toEqual([]);
    expect(await uncertain()).toEqual([0, 0]);
    expect((await runOf(run)).cost).toBeCloseTo(0.004);
    expect(await host.statuses(batchUUID)).toEqual({ cancelled: 1 });
    await expect(decide(task?.taskUUID, "giveUp")).rejects.toMatchObject({ code: "CONFLICT" });
  });
});

/** What a worker's own counter says that its calls at `free-hand` came to. */
async function countedSpending(worker: RemoteWorker): Promise<number> {
  const values = await worker.metric("maskloom_task_cost_usd_total");
  const sample = values.find((value) => JSON.stringify(value).includes('"free-hand"'));
  return z.object({ value: z.number() }).optional().parse(sample)?.value ?? 0;
}

async function audited({ services }: RemoteHost): Promise<{ rows: string[] }> {
  const rows = await services.store.db.selectFrom("audit").select("action").execute();
  return { rows: rows.map(({ action }) => action) };
}

/** What a batch of one run of one paid task cost, by all that tell of it. */
async function costs({ services }: RemoteHost, batchUUID: BatchUUID, runs: readonly RunUUID[]) {
  const { db } = services.store;
  const [run] = await readRuns(db, LOCAL_OWNER, runs);
  const batch = await readBatch(db, LOCAL_OWNER, batchUUID);
  const now = Date.now();
  const range = {
    scope: "mine" as const,
    from: new Date(now - 86_400_000).toISOString(),
    to: new Date(now + 60_000).toISOString(),
  };
  const spending = await readSpending(db, LOCAL_OWNER, { ...range, by: "batch", zone: "UTC" });
  const usage = await readUsage(db, LOCAL_OWNER);
  return {
    task: run?.tasks.find(({ step }) => step === "paint")?.cost,
    run: run?.cost,
    batch: batch?.cost,
    budget: batch?.budget?.spent,
    spending: spending.rows.find(({ key }) => key === batchUUID)?.cost,
    workflow: usage.find(({ name }) => name === batch?.workflow)?.cost,
  };
}
