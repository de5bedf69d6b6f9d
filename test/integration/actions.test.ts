import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { newRunUUID, type OwnerUUID } from "../../src/contracts/ids.ts";
import { MaskloomError } from "../../src/errors.ts";
import type { Actor } from "../../src/runs/actions/actor.ts";
import { cancelBatch, cancelRun, cancelTask } from "../../src/runs/actions/cancel.ts";
import { rerollRun, rerollTask } from "../../src/runs/actions/reroll.ts";
import { retryFailed, retryRun, retryTask } from "../../src/runs/actions/retry.ts";
import { prioritizeBatch, steerBatch, steerQueue } from "../../src/runs/actions/steer.ts";
import { readBatch } from "../../src/store/batch-view.ts";
import { readEvents } from "../../src/store/events.ts";
import type { LeasedTask } from "../../src/store/leases.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import type { ExecuteTask } from "../../workers/worker.ts";
import { prepareExample, twoSteps } from "../engine/two-steps.ts";
import { type EngineHost, openEngineHost, PATIENCE } from "./engine-host.ts";

const me: Actor = { owner: LOCAL_OWNER, via: "cli", key: null };
const stranger: Actor = { ...me, owner: randomUUID() as string as OwnerUUID };

describe("what people do to runs", () => {
  let host: EngineHost;
  beforeAll(async () => {
    host = await openEngineHost();
  });
  const answer: ExecuteTask = (task, signal) => host.answer(task, signal);
  afterEach(async () => {
    await host.rest();
    expect(host.errors).toEqual([]);
  });
  afterAll(() => host.stop());

  const once = "retries: { attempts: 1 }";
  /** Fails every task of a step as long as told to, and writes down what it was given. */
  const failing = (step: string) => {
    const seen: LeasedTask[] = [];
    const state = { fails: true, seen };
    const execute: ExecuteTask = async (task, signal) => {
      seen.push(task);
      if (state.fails && task.step === step) throw new MaskloomError("PROVIDER_FAILED", "broken");
      return answer(task, signal);
    };
    return { state, execute };
  };
  /** Never finishes tasks of a step by itself. */
  const hanging = (step: string) => {
    const aborted = vi.fn();
    const execute: ExecuteTask = (task, signal) => {
      if (task.step !== step) return answer(task, signal);
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          aborted();
          reject(signal.reason);
        });
      });
    };
    return { aborted, execute };
  };
  const statuses = async (runUUID: Parameters<EngineHost["read"]>[0]) =>
    (await host.read(runUUID)).tasks.map(({ status }) => status);
  const actions = async () => {
    const rows = await host.services.store.db.selectFrom("audit").select("action").orderBy("id").execute();
    return rows.map(({ action }) => action);
  };

  it("a retry goes on from where a run failed: the same seed, all tries, nothing before it again", async () => {
    const { store } = host.services;
    const { state, execute } = failing("detail");
    await host.work(execute);
    const { batchUUID, runs } = await host.submit(1, twoSteps("", once));
    await host.untilEnded(batchUUID);
    expect((await host.read(runs[0])).status).toBe("failed");
    state.fails = false;
    await retryRun(store, me, runs[0] ?? newRunUUID());
    await host.untilEnded(batchUUID);
    const run = await host.read(runs[0]);
    expect(run).toMatchObject({ status: "succeeded", error: null });
    expect(run.tasks.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual([
      ["succeeded"],
      ["failed", "succeeded"],
    ]);
    const [, first, second] = state.seen;
    expect(second?.seed).toBe(first?.seed);
    expect(second?.attempt).toBe(2);
    const { events } = await readEvents(store.db, "0.0", { batch: batchUUID }, 100);
    const types = events.map(({ type }) => type);
    expect(types.filter((type) => type === "batch.ended" || type === "batch.resumed")).toEqual([
      "batch.ended",
      "batch.resumed",
      "batch.ended",
    ]);
    expect(await actions()).toContain("run.retry");
  });

  it("a retry is refused for what has not failed, what is under way, and what is somebody else's", async () => {
    const { store } = host.services;
    await host.work(answer);
    const { batchUUID, runs } = await host.submit(1, twoSteps());
    const runUUID = runs[0] ?? newRunUUID();
    await host.untilEnded(batchUUID);
    const task = (await host.read(runUUID)).tasks[0];
    await expect(retryRun(store, me, runUUID)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(retryRun(store, stranger, runUUID)).rejects.toMatchObject({ code: "NOT_FOUND" });
    if (task === undefined) throw new Error("no task");
    await expect(retryTask(store, me, task.taskUUID)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(retryTask(store, stranger, task.taskUUID)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await host.read(runUUID)).status).toBe("succeeded");
  });

  it("one task retried has what stands on it done again, and nothing else", async () => {
    const { store } = host.services;
    const example = prepareExample(`
maskloom: 1
name: forked
inputs: { image: { type: image } }
defaults: { retries: { attempts: 1 }, onError: skip }
steps:
  - { id: faces, task: imageMasking, model: some, inputImage: "\${inputs.image}" }
  - { id: left, task: imageInference, model: some, seedImage: "\${inputs.image}", maskImage: "\${steps.faces.maskImage}" }
  - { id: right, task: imageInference, model: some, seedImage: "\${inputs.image}", maskImage: "\${steps.faces.maskImage}" }
  - { id: onTop, task: imageInference, model: some, seedImage: "\${steps.left.image}", maskImage: "\${steps.faces.maskImage}" }
outputs: { left: "\${steps.onTop.image}", right: "\${steps.right.image}" }
`);
    const { state, execute } = failing("left");
    await host.work(execute);
    const { batchUUID, runs } = await host.submit(1, example);
    await host.untilEnded(batchUUID);
    const before = await host.read(runs[0]);
    const failed = before.tasks.find(({ step }) => step === "left");
    state.fails = false;
    await retryTask(store, me, failed?.taskUUID ?? before.tasks[0]?.taskUUID ?? (randomUUID() as never));
    await host.untilEnded(batchUUID);
    const run = await host.read(runs[0]);
    expect(run.status).toBe("succeeded");
    expect(state.seen.map(({ step }) => step).sort()).toEqual([
      "faces",
      "left",
      "left",
      "onTop",
      "onTop",
      "right",
    ]);
  });

  it("all failed runs of a batch begin again, and those that succeeded are left alone", async () => {
    const { store } = host.services;
    const { state, execute } = failing("detail");
    const chosen = new Set<string>();
    await host.work(async (task, signal) => {
      if (chosen.size < 3 && task.step === "detail") chosen.add(task.runUUID);
      return chosen.has(task.runUUID) ? execute(task, signal) : answer(task, signal);
    });
    const { batchUUID } = await host.submit(5, twoSteps("", once));
    await host.untilEnded(batchUUID);
    expect(await readBatch(store.db, LOCAL_OWNER, batchUUID)).toMatchObject({
      runs: { failed: 3, succeeded: 2 },
      failures: [{ code: "PROVIDER_FAILED", runs: 3, example: "broken" }],
    });
    state.fails = false;
    expect(await retryFailed(store, me, batchUUID)).toEqual({ retried: 3, left: 0 });
    await host.untilEnded(batchUUID);
    expect(await readBatch(store.db, LOCAL_OWNER, batchUUID)).toMatchObject({
      runs: { failed: 0, succeeded: 5 },
      failures: [],
    });
  });

  it("a running task that is cancelled is told to stop, even where every wake-up is lost", async () => {
    const { store } = host.services;
    const { aborted, execute } = hanging("detail");
    await host.work(execute);
    const { batchUUID, runs } = await host.submit(1, twoSteps());
    await vi.waitFor(async () => expect(await statuses(runs[0])).toEqual(["succeeded", "running"]), PATIENCE);
    const task = (await host.read(runs[0])).tasks[1];
    const deaf = { ...store, wakeUps: { ...store.wakeUps, notify: () => undefined } };
    await cancelTask(deaf, me, task?.taskUUID ?? (randomUUID() as never));
    await vi.waitFor(() => expect(aborted).toHaveBeenCalledOnce(), PATIENCE);
    await host.untilEnded(batchUUID);
    const run = await host.read(runs[0]);
    expect([run.status, run.tasks[1]?.status, run.tasks[1]?.attempts[0]?.outcome]).toEqual([
      "cancelled",
      "cancelled",
      "cancelled",
    ]);
    await expect(cancelTask(store, me, task?.taskUUID ?? (randomUUID() as never))).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  it("what was cancelled stays so when its worker dies, and a retry takes it up again", async () => {
    const { store } = host.services;
    const { execute } = hanging("detail");
    await host.work(execute);
    const { batchUUID, runs } = await host.submit(1, twoSteps());
    await vi.waitFor(async () => expect(await statuses(runs[0])).toEqual(["succeeded", "running"]), PATIENCE);
    const runUUID = runs[0] ?? newRunUUID();
    const [isCancelled] = await Promise.all([cancelRun(store, me, runUUID), host.rest()]);
    expect(isCancelled).toBe(true);
    expect(await cancelRun(store, me, runUUID)).toBe(false); // it has ended
    await host.work(answer);
    await host.untilEnded((await host.submit(1, twoSteps())).batchUUID); // others pass through
    expect((await host.read(runUUID)).status).toBe("cancelled");
    await retryRun(store, me, runUUID);
    await host.untilEnded(batchUUID);
    expect((await host.read(runUUID)).status).toBe("succeeded");
  });

  it("a reroll is a new run with another seed, which takes over the steps before and leaves the old run alone", async () => {
    const { state, execute } = failing("none");
    await host.work(execute);
    const { batchUUID, runs } = await host.submit(1, twoSteps("", "seed: 7"));
    await host.untilEnded(batchUUID);
    const before = await host.read(runs[0]);
    const made = await rerollRun(host.services, me, before.runUUID);
    await vi.waitFor(async () => expect((await host.read(made)).status).toBe("succeeded"), PATIENCE);
    const run = await host.read(made);
    expect(run).toMatchObject({ derivedFrom: before.runUUID, file: before.file, inputs: before.inputs });
    expect(run.tasks.map(({ status }) => status)).toEqual(["cached", "succeeded"]);
    expect(run.tasks[0]).toMatchObject({ output: before.tasks[0]?.output, input: before.tasks[0]?.input });
    expect(state.seen.map(({ step, fresh }) => [step, fresh])).toEqual([
      ["faces", false],
      ["detail", false],
      ["detail", true],
    ]);
    expect(before.tasks[1]?.seed).toBe(7); // as its workflow says
    expect(run.tasks[1]?.seed).not.toBe(7);
    expect(run.tasks[1]?.input).toMatchObject({ seed: run.tasks[1]?.seed });
    expect(await host.read(before.runUUID)).toEqual(before);
    const whole = await rerollTask(host.services, me, before.tasks[0]?.taskUUID ?? (randomUUID() as never));
    await vi.waitFor(async () => expect((await host.read(whole)).status).toBe("succeeded"), PATIENCE);
    expect((await host.read(whole)).tasks.map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
  });

  it("a reroll is refused for a run under way, an unknown step, and somebody else", async () => {
    const { batchUUID, runs } = await host.submit(1, twoSteps());
    const runUUID = runs[0] ?? newRunUUID();
    await expect(rerollRun(host.services, me, runUUID)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(rerollRun(host.services, stranger, runUUID)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await host.work(answer);
    await host.untilEnded(batchUUID);
    await expect(rerollRun(host.services, me, runUUID, "detial")).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringContaining("Did you mean detail?"),
    });
  });

  it("of two runs of a batch that are the same work the second waits with the same seed, and does it where the first fails", async () => {
    const { state, execute } = failing("detail");
    await host.work(execute);
    const { batchUUID, runs } = await host.submit(2, twoSteps("", once), "the same");
    await host.untilEnded(batchUUID);
    const details = await Promise.all(runs.map((run) => host.read(run)));
    expect(details.map(({ status }) => status)).toEqual(["failed", "failed"]);
    const order = ["faces", "detail"].flatMap((step) =>
      details.map(({ tasks }) => tasks.find((one) => one.step === step)),
    );
    const [firstFaces, secondFaces, firstDetail, secondDetail] = order;
    expect(secondDetail?.seed).toBe(firstDetail?.seed);
    expect(state.seen.map(({ taskUUID }) => taskUUID)).toEqual(
      [firstFaces, firstDetail, secondFaces, secondDetail].map((task) => task?.taskUUID),
    );
  });

  it("a paused queue hands nothing out, whoever's it is, and goes on when it is resumed", async () => {
    const { store } = host.services;
    await steerQueue(store, me, "inpainting-local", "pause");
    await host.work(answer);
    const { batchUUID, runs } = await host.submit(3, twoSteps());
    await vi.waitFor(async () => {
      for (const run of runs) expect(await statuses(run)).toEqual(["succeeded", "queued"]);
    }, PATIENCE);
    expect(await steerQueue(store, me, "inpainting-local", "pause")).toMatchObject({
      paused: true,
      waiting: 3,
      running: 0,
    });
    await steerQueue(store, me, "inpainting-local", "resume");
    await host.untilEnded(batchUUID);
    await expect(steerQueue(store, me, "maskng", "pause")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringMatching(/expected some of .*masking, outside: .*Did you mean masking\?/),
    });
    await expect(steerQueue(store, me, "inpainting", "pause")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("`inpainting` stands for all that begin so: name each."),
    });
  });

  it("a batch whose priority rises overtakes one that was there before", async () => {
    const { store } = host.services;
    await steerQueue(store, me, "masking", "pause");
    const first = await host.submit(20, twoSteps());
    const second = await host.submit(20, twoSteps());
    await prioritizeBatch(store, me, second.batchUUID, 1);
    await steerQueue(store, me, "masking", "resume");
    const order: string[] = [];
    await vi.waitFor(async () => {
      expect((await host.services.queues.counts("masking")).waiting).toBeGreaterThanOrEqual(40);
    }, PATIENCE);
    await host.work(async (task, signal) => {
      if (task.step === "faces") order.push(task.batchUUID);
      return answer(task, signal);
    });
    await Promise.all([first, second].map(({ batchUUID }) => host.untilEnded(batchUUID)));
    /* Four at a time: the last few may begin beside the first of the others. */
    expect(new Set(order.slice(0, 16))).toEqual(new Set([second.batchUUID]));
  });

  it("a batch is paused, resumed and cancelled by its owner alone, and not when it is over", async () => {
    const { store } = host.services;
    const { batchUUID, runs } = await host.submit(2, twoSteps());
    await expect(steerBatch(store, stranger, batchUUID, "pause")).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await steerBatch(store, me, batchUUID, "pause");
    await steerBatch(store, me, batchUUID, "pause"); // it is so already
    expect(await readBatch(store.db, LOCAL_OWNER, batchUUID)).toMatchObject({
      status: "paused",
      perMinute: null,
    });
    await expect(cancelBatch(store, stranger, batchUUID)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await cancelBatch(store, me, batchUUID);
    for (const run of runs) expect((await host.read(run)).status).toBe("cancelled");
    await expect(steerBatch(store, me, batchUUID, "resume")).rejects.toMatchObject({ code: "CONFLICT" });
  });
});
