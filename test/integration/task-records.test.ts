import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import {
  type ArtifactUUID,
  newArtifactUUID,
  OwnerUUID,
  type RunUUID,
  type TaskUUID,
} from "../../src/contracts/ids.ts";
import { MaskloomError } from "../../src/errors.ts";
import { createLogger } from "../../src/logging/log.ts";
import { type FollowedLine, followLog } from "../../src/runs/follow-log.ts";
import { readEvents } from "../../src/store/events.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { readTaskCalls } from "../../src/store/task-calls.ts";
import { addCrop, type NewCrop, readCrops } from "../../src/store/task-crops.ts";
import { forgetLogLines, readRunLog, readTaskLog } from "../../src/store/task-logs.ts";
import { readRuns } from "../../src/store/views.ts";
import { recordAttempts } from "../../workers/records/record-attempt.ts";
import { keepRecords } from "../../workers/records/record-keeper.ts";
import { createTaskRecords } from "../../workers/records/task-record.ts";
import { Stopwatch } from "../../workers/stopwatch.ts";
import type { ExecuteTask } from "../../workers/worker.ts";
import { twoSteps } from "../engine/two-steps.ts";
import { PRICE, startScriptedPeer } from "../protocol/client/scripted-peer.ts";
import { type EngineHost, openEngineHost } from "./engine-host.ts";
import { openRemoteHost } from "./remote-host.ts";
import { repaintAt } from "./repaint-workflow.ts";

const ALL = { after: 0, limit: 1_000 };
const REPAINT = repaintAt("farm", { more: ["maskMargin: 16"] });
const STRANGER = OwnerUUID.parse("00000000-0000-4000-8000-00000000beef");

describe("what workers keep of a task", () => {
  let host: EngineHost;
  beforeAll(async () => {
    host = await openEngineHost();
  });
  afterAll(() => host?.stop());

  const recorded = (execute: ExecuteTask): ExecuteTask => {
    const records = createTaskRecords(keepRecords(host.services.store), {
      runs: 20,
      log: createLogger("silent"),
      onError: (error) => expect.unreachable(String(error)),
    });
    return recordAttempts(records, (task, signal, record) => {
      record.warn("a word of the test", { of: task.step });
      return execute(task, signal);
    });
  };
  const runOne = async (execute: ExecuteTask = host.answer) => {
    await host.work(recorded(execute));
    const { batchUUID, runs } = await host.submit(1, twoSteps());
    await host.untilEnded(batchUUID);
    await host.rest();
    return host.read(runs[0]);
  };
  const linesOf = async (task: TaskUUID | undefined, query = ALL) =>
    task === undefined ? null : readTaskLog(host.services.store.db, LOCAL_OWNER, task, query);
  const crop = async (taskUUID: TaskUUID, more: Partial<NewCrop> = {}): Promise<NewCrop> => {
    const { uuid } = await host.services.artifacts.save(Buffer.from(`a crop of ${taskUUID}`), {
      ...{ owner: LOCAL_OWNER, kind: "image", mediaType: "image/png", width: 8, height: 4, taskUUID },
    });
    return {
      ...{ taskUUID, attempt: 1, candidate: 0, region: 0, tries: 1, turned: -12.5, width: 8, height: 4 },
      ...{ sent: uuid, mask: null, received: uuid, provider: "remote", model: "x:1@1", seed: 2 ** 40 },
      box: [1, 2, 9, 6],
      callUUID: "11111111-1111-4111-8111-111111111111",
      ...{ cost: 0.0034, sentAt: "2026-01-02T03:04:05.678Z", ms: 12, error: null },
      ...more,
    };
  };

  it("are log lines of each of its attempts, there before its end is known, and told of by events", async () => {
    const { store } = host.services;
    const run = await runOne();
    const [faces, detail] = run.tasks;
    const lines = await linesOf(faces?.taskUUID);
    expect(lines?.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      "info: attempt 1 begins",
      "warn: a word of the test",
      "info: done",
    ]);
    expect(lines?.[1]?.data).toEqual({ of: "faces" });
    expect(await linesOf(faces?.taskUUID, { after: lines?.[1]?.id ?? 0, limit: 10 })).toEqual([lines?.[2]]);
    const all = await readRunLog(store.db, LOCAL_OWNER, run.runUUID, ALL);
    expect(all?.map(({ taskUUID }) => taskUUID)).toEqual([
      ...Array.from({ length: 3 }, () => faces?.taskUUID),
      ...Array.from({ length: 3 }, () => detail?.taskUUID),
    ]);
    const { events } = await readEvents(store.db, "0.0", { run: run.runUUID }, 100);
    const told = events.filter(({ type }) => type === "task.logged" || type === "task.ended");
    expect(told.map(({ type, taskUUID }) => [type, taskUUID])).toEqual(
      [faces, detail].flatMap((task) => [
        ["task.logged", task?.taskUUID],
        ["task.ended", task?.taskUUID],
      ]),
    );
  });

  it("are followed from before the first of them to the end of the run, or of the one task", async () => {
    const { store } = host.services;
    const { batchUUID, runs } = await host.submit(1, twoSteps());
    const before = await host.read(runs[0]);
    const subject = { owner: LOCAL_OWNER, run: before.runUUID, task: null };
    const follow = async (task: TaskUUID | null = null, signal = new AbortController().signal) => {
      const followed: FollowedLine[] = [];
      for await (const line of followLog(store, { ...subject, task }, signal)) followed.push(line);
      return followed;
    };
    expect(await follow(null, AbortSignal.abort())).toEqual([]);
    const following = Promise.all([follow(), follow(before.tasks[0]?.taskUUID)]);
    await host.work(recorded(host.answer));
    const [whole, first] = await following;
    await host.untilEnded(batchUUID);
    await host.rest();
    const all = await readRunLog(store.db, LOCAL_OWNER, before.runUUID, ALL);
    expect(whole.map(({ line }) => line)).toEqual(all);
    expect(whole.map(({ step }) => step)).toEqual(["faces", "detail"].flatMap((step) => [step, step, step]));
    expect(first).toEqual(whole.slice(0, 3));
    expect(await follow()).toEqual(whole);
  });

  it("hold the stack of what failed, under the attempt that it ended", async () => {
    let tries = 0;
    const run = await runOne(async (task, signal) => {
      if (task.step !== "faces" || ++tries > 1) return host.answer(task, signal);
      const stopwatch = new Stopwatch();
      stopwatch.add("decode", 4);
      return stopwatch.rememberAtFailure(async () => {
        throw new MaskloomError("INPUT_INVALID", "a broken thing");
      });
    });
    expect(run.tasks[0]?.attempts[0]).toMatchObject({ outcome: "failed", timings: { decode: 4 } });
    const lines = await linesOf(run.tasks[0]?.taskUUID);
    const failure = lines?.find(({ message }) => message === "a broken thing");
    expect(failure).toMatchObject({ attempt: 1, level: "warn", data: { code: "INPUT_INVALID" } });
    expect(failure?.data["stack"]).toContain("task-records.test.ts");
  });

  it("are crops with all that is known of them, and the numbers of their regions", async () => {
    const { db } = host.services.store;
    const run = await runOne();
    const task = run.tasks[1]?.taskUUID ?? expect.unreachable("it has two steps");
    const known = await crop(task);
    await addCrop(
      db,
      await crop(task, {
        region: 1,
        sent: null,
        received: null,
        callUUID: null,
        cost: null,
        seed: null,
        error: { code: "PROVIDER_FAILED", message: "no" },
      }),
    );
    await addCrop(db, known);
    const found = await readCrops(db, LOCAL_OWNER, task);
    const { taskUUID, ...same } = known;
    expect(found?.taskUUID).toBe(taskUUID);
    expect(found?.crops[0]).toEqual({ ...same, quality: null });
    expect(found?.crops[1]).toMatchObject({ region: 1, sent: null, error: { code: "PROVIDER_FAILED" } });
    await db
      .deleteFrom("artifacts")
      .where("uuid", "=", known.sent as ArtifactUUID)
      .execute();
    const later = await readCrops(db, LOCAL_OWNER, task);
    expect(later?.crops[0]).toMatchObject({ sent: null, received: null, cost: 0.0034 });
  });

  it("are there once they are sent, and what came back takes their place, once", async () => {
    const { db } = host.services.store;
    const run = await runOne();
    const task = run.tasks[1]?.taskUUID ?? expect.unreachable("it has two steps");
    const back = await crop(task);
    const sent = { ...back, ...{ received: null, callUUID: null, cost: null, ms: null } };
    await addCrop(db, sent);
    const { taskUUID: _, ...early } = sent;
    expect((await readCrops(db, LOCAL_OWNER, task))?.crops).toEqual([{ ...early, quality: null }]);
    await addCrop(db, back);
    await addCrop(db, sent); // late
    const { taskUUID: __, ...known } = back;
    expect((await readCrops(db, LOCAL_OWNER, task))?.crops).toEqual([{ ...known, quality: null }]);
  });

  it("are those of the task that made a result where another one took it over", async () => {
    const { db } = host.services.store;
    const [maker, taker] = [await runOne(), await runOne()];
    const [made, took] = [maker, taker].map(
      ({ tasks }) => tasks[1]?.taskUUID ?? expect.unreachable("two steps"),
    );
    if (made === undefined || took === undefined) return expect.unreachable("two runs");
    const kept = await crop(made);
    await addCrop(db, kept);
    const image = newArtifactUUID();
    const names = new Map([[kept.received ?? image, image]]);
    expect(await host.services.artifacts.copy(LOCAL_OWNER, names, took)).toBe(true);
    const output = JSON.stringify({ image, width: 8, height: 4 });
    await db.updateTable("tasks").set({ status: "cached", output }).where("uuid", "=", took).execute();
    expect(await readCrops(db, LOCAL_OWNER, took)).toEqual(await readCrops(db, LOCAL_OWNER, made));
  });

  it("are one owner's, and go with their task", async () => {
    const { db } = host.services.store;
    const run = await runOne();
    const task = run.tasks[1]?.taskUUID ?? expect.unreachable("it has two steps");
    await addCrop(db, await crop(task));
    expect(await readCrops(db, STRANGER, task)).toBeNull();
    expect(await readTaskLog(db, STRANGER, task, ALL)).toBeNull();
    expect(await readRunLog(db, STRANGER, run.runUUID as RunUUID, ALL)).toBeNull();
    await db.deleteFrom("attempts").where("task_uuid", "=", task).execute();
    await db.deleteFrom("tasks").where("uuid", "=", task).execute();
    expect(await readTaskLog(db, LOCAL_OWNER, task, ALL)).toBeNull();
    await addCrop(db, { ...(await crop(task)), sent: null, received: null }); // its worker was not told yet
    const left = await db
      .selectFrom("task_crops")
      .select("task_uuid")
      .where("task_uuid", "=", task)
      .execute();
    expect(left).toEqual([]);
  });

  it("are forgotten when they are old", async () => {
    const { db } = host.services.store;
    const run = await runOne();
    const [old, young] = run.tasks.map(({ taskUUID }) => taskUUID);
    if (old === undefined) return expect.unreachable("it has two steps");
    const longAgo = new Date(Date.now() - 40 * 24 * 60 * 60_000);
    await db.updateTable("task_logs").set({ at: longAgo }).where("task_uuid", "=", old).execute();
    const limits = { keepMs: 30 * 24 * 60 * 60_000, most: 2 };
    expect([await forgetLogLines(db, limits), await forgetLogLines(db, limits)]).toEqual([2, 1]);
    expect(await forgetLogLines(db, limits)).toBe(0);
    expect(await linesOf(old)).toEqual([]);
    expect(await linesOf(young)).toHaveLength(3);
  });
});

describe("what a worker keeps of calls to a provider", () => {
  it("are the crops with the calls by which they came, and what the time went to", async () => {
    const peer = await startScriptedPeer({});
    const host = await openRemoteHost([
      { id: "farm", kind: "runware", url: peer.url, prices: { "*": 0.01 } },
    ]);
    onTestFinished(async () => {
      await host.close();
      await peer.close();
    });
    await host.startWorker();
    const { batchUUID, runs } = await host.submit(REPAINT, 1);
    await host.untilTasks(batchUUID, { succeeded: 1 });
    const { db } = host.services.store;
    const [run] = await readRuns(db, LOCAL_OWNER, runs);
    const [task] = run?.tasks ?? [];
    if (task === undefined) return expect.unreachable("it has a step");
    const found = await readCrops(db, LOCAL_OWNER, task.taskUUID);
    expect(found?.crops).toHaveLength(1);
    const [kept] = found?.crops ?? [];
    expect(kept).toMatchObject({ provider: "farm", cost: PRICE, width: expect.any(Number), error: null });
    expect([...peer.bills.keys()]).toEqual([kept?.callUUID]);
    expect(kept?.quality?.status).toBe("inpainted");
    for (const picture of [kept?.sent, kept?.mask, kept?.received]) {
      const { width } = await host.services.artifacts.load(LOCAL_OWNER, picture as ArtifactUUID);
      expect(width).toBe(kept?.width);
    }
    expect(Object.keys(task.attempts[0]?.timings ?? {})).toEqual(
      expect.arrayContaining(["wait", "upload", "inpaint", "blend"]),
    );
    const calls = await readTaskCalls(db, LOCAL_OWNER, task.taskUUID);
    expect(calls).toMatchObject([
      { callUUID: kept?.callUUID, provider: "farm", state: "answered", attempt: 1, realCost: PRICE },
    ]);
    expect(calls?.[0]?.request).toMatchObject({ positivePrompt: "something else", width: kept?.width });
    expect(await readTaskCalls(db, STRANGER, task.taskUUID)).toBeNull();
    const lines = await readTaskLog(db, LOCAL_OWNER, task.taskUUID, ALL);
    expect(lines?.some(({ data }) => data["callUUID"] === kept?.callUUID)).toBe(true);
  });
});
