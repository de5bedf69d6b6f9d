import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type ArtifactUUID, newRunUUID, type OwnerUUID, type RunUUID } from "../../src/contracts/ids.ts";
import type { Actor } from "../../src/runs/actions/actor.ts";
import { cancelRun } from "../../src/runs/actions/cancel.ts";
import { retryRun } from "../../src/runs/actions/retry.ts";
import { decide } from "../../src/runs/review/decide.ts";
import { decideMany } from "../../src/runs/review/decide-many.ts";
import { timeOutReviews } from "../../src/runs/review/time-out.ts";
import { readEvents } from "../../src/store/events.ts";
import type { LeasedTask } from "../../src/store/leases.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { countUnfinishedRuns } from "../../src/store/resume.ts";
import { listReviews } from "../../src/store/review-list.ts";
import { advanceRuns } from "../../src/store/settle-tasks.ts";
import type { ExecuteTask } from "../../workers/worker.ts";
import { prepareExample } from "../engine/two-steps.ts";
import { type EngineHost, openEngineHost, PATIENCE } from "./engine-host.ts";

const me: Actor = { owner: LOCAL_OWNER, via: "cli", key: null };
const stranger: Actor = { ...me, owner: randomUUID() as string as OwnerUUID };

const reviewed = (look = "") =>
  prepareExample(`
maskloom: 1
name: reviewed
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, model: some, inputImage: "\${inputs.image}" }
  - { id: detail, task: imageInference, model: some, seedImage: "\${inputs.image}", maskImage: "\${steps.faces.maskImage}" }
  - { id: look, task: review, show: "\${steps.detail.image}"${look} }
outputs: { image: "\${steps.look.image}", decision: "\${steps.look.decision}" }
`);

describe("what people decide about pictures", () => {
  let host: EngineHost;
  let seen: LeasedTask[] = [];
  beforeAll(async () => {
    host = await openEngineHost();
  });
  const answer: ExecuteTask = async (task, signal) => {
    seen.push(task);
    return host.answer(task, signal);
  };
  afterEach(async () => {
    await host.rest();
    seen = [];
    expect(host.errors).toEqual([]);
  });
  afterAll(() => host.stop());

  const untilAsked = async (runUUID: RunUUID) => {
    await vi.waitFor(async () => expect((await host.read(runUUID)).status).toBe("review"), PATIENCE);
    const task = (await host.read(runUUID)).tasks.find(({ step }) => step === "look");
    if (task === undefined) throw new Error("no review");
    return task.taskUUID;
  };
  const ask = async (look = "") => {
    const { batchUUID, runs } = await host.submit(1, reviewed(look));
    const runUUID = runs[0] ?? newRunUUID();
    return { batchUUID, runUUID, taskUUID: await untilAsked(runUUID) };
  };
  const say = (taskUUID: Parameters<typeof decide>[2], given: Parameters<typeof decide>[3], who = me) =>
    decide(host.services, who, taskUUID, given, new AbortController().signal);
  const audited = async (target: string) =>
    host.services.store.db
      .selectFrom("audit")
      .select(["actor", "action", "detail"])
      .where("target", "=", target)
      .orderBy("id")
      .execute();

  it("a run waits for a decision without a worker, and ends with it", async () => {
    await host.work(answer);
    const { batchUUID, runUUID, taskUUID } = await ask();
    const { db } = host.services.store;
    const { reviews, total } = await listReviews(db, LOCAL_OWNER, { batch: batchUUID, limit: 10 });
    expect(total).toBe(1);
    expect(await countUnfinishedRuns(db, batchUUID, 10)).toBe(0); // it holds up no others of its batch
    expect(reviews[0]).toMatchObject({
      taskUUID,
      runUUID,
      workflow: "reviewed",
      file: "0.png",
      review: "look",
      step: "detail",
      round: 1,
      until: null,
    });
    await host.rest();
    await say(taskUUID, { decision: "accept" });
    await host.untilEnded(batchUUID);
    expect(await host.read(runUUID)).toMatchObject({ status: "succeeded", outputs: { decision: "accept" } });
    expect(await audited(taskUUID)).toEqual([
      { actor: "cli", action: "review.accept", detail: { key: null, round: 1 } },
    ]);
    const { events } = await readEvents(db, "0.0", { run: runUUID }, 100);
    expect(events.map(({ type }) => type)).toContain("task.review");
    expect((await listReviews(db, LOCAL_OWNER, { batch: batchUUID, limit: 10 })).total).toBe(0);
  });

  it("many are decided at once, each by itself: what is refused stops no other, and a stranger's is not found", async () => {
    await host.work(answer);
    const { batchUUID, runs } = await host.submit(3, reviewed());
    const tasks = await Promise.all(runs.map(untilAsked));
    const [first, second, third] = tasks;
    if (first === undefined || second === undefined || third === undefined) throw new Error("no reviews");
    const { signal } = new AbortController();
    const together = (who: Actor, decisions: Parameters<typeof decideMany>[2]["decisions"]) =>
      decideMany(host.services, who, { decisions }, signal);
    const codes = (results: Awaited<ReturnType<typeof together>>) =>
      results.map(({ error }) => error?.code ?? null);
    const accept = (taskUUID: typeof first, round = 1) => ({ taskUUID, decision: "accept" as const, round });
    expect(codes(await together(stranger, [accept(first)]))).toEqual(["NOT_FOUND"]);
    const made = await together(me, [
      accept(first),
      accept(second, 2),
      accept(third),
      { ...accept(first), decision: "keepOriginal" },
    ]);
    expect(made.map(({ taskUUID }) => taskUUID)).toEqual([first, second, third, first]);
    expect(codes(made).slice(1, 3)).toEqual(["CONFLICT", null]);
    expect([made[0]?.error ?? null, made[3]?.error ?? null].filter((error) => error === null)).toHaveLength(
      1,
    );
    expect(codes(await together(me, [accept(second), accept(third)]))).toEqual([null, null]);
    await host.untilEnded(batchUUID);
    expect((await audited(third)).map(({ action }) => action)).toEqual(["review.accept"]);
  });

  it("a decision waits for the disk, also where it does not end the run", async () => {
    await host.work(answer);
    const { batchUUID, runUUID } = await ask();
    const { store } = host.services;
    const commits = await store.db.transaction().execute(async (db) => {
      await advanceRuns(db, [runUUID], store.decideFor);
      return sql<{ how: string }>`select current_setting('synchronous_commit') as how`.execute(db);
    });
    expect(commits.rows).toEqual([{ how: "on" }]);
    await cancelRun(store, me, runUUID);
    await host.untilEnded(batchUUID);
  });

  it("a reroll has the step made again, with another seed and without the cache, and asks again", async () => {
    await host.work(answer);
    const { batchUUID, runUUID, taskUUID } = await ask();
    await say(taskUUID, { decision: "reroll", seed: 4242 });
    await say(taskUUID, { decision: "reroll", seed: 4242, round: 1 }); // the same request once more
    await untilAsked(runUUID);
    expect(seen.map(({ step, seed, fresh }) => [step, step === "detail" ? fresh && seed : null])).toEqual([
      ["faces", null],
      ["detail", false],
      ["detail", 4242],
    ]);
    const { reviews } = await listReviews(host.services.store.db, LOCAL_OWNER, {
      batch: batchUUID,
      limit: 1,
    });
    expect(reviews[0]?.round).toBe(2);
    await expect(say(taskUUID, { decision: "accept", round: 1 })).rejects.toMatchObject({ code: "CONFLICT" });
    await say(taskUUID, { decision: "accept", round: 2 });
    await host.untilEnded(batchUUID);
    expect((await host.read(runUUID)).status).toBe("succeeded");
  });

  it("a mask that was drawn is what the step repaints", async () => {
    await host.work(answer);
    const { batchUUID, runUUID, taskUUID } = await ask();
    const { uuid } = await host.services.artifacts.save(Buffer.from("a mask of the same shape"), {
      owner: LOCAL_OWNER,
      kind: "mask",
      mediaType: "image/png",
      width: 8,
      height: 8,
    });
    const { uuid: wide } = await host.services.artifacts.save(Buffer.from("a mask of another shape"), {
      owner: LOCAL_OWNER,
      kind: "mask",
      mediaType: "image/png",
      width: 8,
      height: 4,
    });
    const edit = (maskImage: ArtifactUUID) => say(taskUUID, { decision: "editMask", maskImage });
    await expect(edit(wide)).rejects.toMatchObject({ code: "MASK_MISMATCH" });
    await expect(edit(randomUUID() as string as ArtifactUUID)).rejects.toMatchObject({
      code: "PICTURE_UNKNOWN",
    });
    await edit(uuid);
    await untilAsked(runUUID);
    expect(seen.at(-1)?.input).toMatchObject({ maskImage: uuid });
    await say(taskUUID, { decision: "keepOriginal" });
    await host.untilEnded(batchUUID);
  });

  it("what stands on a picture that is made again is told to stop, and made again, too", async () => {
    const aborted = vi.fn();
    let hangs = true;
    await host.work((task, signal) => {
      if (task.step !== "other" || !hangs) return answer(task, signal);
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          aborted();
          reject(signal.reason);
        });
      });
    });
    const other =
      '{ id: other, task: imageInference, model: some, seedImage: "${steps.detail.image}", maskImage: "${steps.faces.maskImage}" }';
    const { batchUUID, runs } = await host.submit(1, reviewed(` }\n  - ${other.slice(0, -2)}`));
    const runUUID = runs[0] ?? newRunUUID();
    const taskUUID = await untilAsked(runUUID);
    const otherTask = async () => (await host.read(runUUID)).tasks.find(({ step }) => step === "other");
    await vi.waitFor(async () => expect((await otherTask())?.status).toBe("running"), PATIENCE);
    hangs = false;
    await say(taskUUID, { decision: "reroll", round: 1 });
    await vi.waitFor(() => expect(aborted).toHaveBeenCalledOnce(), PATIENCE);
    await vi.waitFor(async () => expect((await otherTask())?.status).toBe("succeeded"), PATIENCE);
    expect((await otherTask())?.attempts.map(({ outcome }) => outcome)).toEqual(["cancelled", "succeeded"]);
    await untilAsked(runUUID);
    await say(taskUUID, { decision: "accept", round: 2 });
    await host.untilEnded(batchUUID);
    expect((await host.read(runUUID)).status).toBe("succeeded");
  });

  it("a run whose time was up is retried by asking again", async () => {
    await host.work(answer);
    const { store } = host.services;
    const { batchUUID, runUUID, taskUUID } = await ask(", timeout: 2h");
    await sql`update tasks set decide_by = now() - interval '1 second' where uuid = ${taskUUID}`.execute(
      store.db,
    );
    await timeOutReviews(store);
    await host.untilEnded(batchUUID);
    expect((await host.read(runUUID)).status).toBe("failed");
    await retryRun(store, me, runUUID);
    await untilAsked(runUUID);
    await say(taskUUID, { decision: "accept", round: 2 });
    await host.untilEnded(batchUUID);
    expect((await host.read(runUUID)).status).toBe("succeeded");
  });

  it("a run may ask before anything is done, without any worker", async () => {
    const example = prepareExample(`
maskloom: 1
name: look-first
inputs: { image: { type: image } }
steps:
  - { id: look, task: review, show: "\${inputs.image}", timeout: 2h }
  - { id: faces, task: imageMasking, model: some, inputImage: "\${steps.look.image}" }
output: "\${steps.faces.image}"
`);
    const { batchUUID, runs } = await host.submit(1, example);
    const runUUID = runs[0] ?? newRunUUID();
    expect(await host.read(runUUID)).toMatchObject({ status: "review", endedAt: null });
    const { db } = host.services.store;
    const { reviews } = await listReviews(db, LOCAL_OWNER, { batch: batchUUID, limit: 1 });
    const [review] = reviews;
    if (review === undefined) throw new Error("nothing is asked");
    expect(Date.parse(review.until ?? "") - Date.parse(review.since)).toBe(2 * 3_600_000);
    expect(review).toMatchObject({ step: null, allow: ["accept", "keepOriginal"] });
    const { events } = await readEvents(db, "0.0", { run: runUUID }, 100);
    expect(events.map(({ type }) => type)).toEqual(["run.created", "task.review"]);
    await say(review.taskUUID, { decision: "accept" });
    expect((await host.read(runUUID)).status).toBe("running");
    await host.work(answer);
    await host.untilEnded(batchUUID);
    expect((await host.read(runUUID)).status).toBe("succeeded");
  });

  it("the worst by their numbers are asked about first, and the list can be narrowed down", async () => {
    const region = { box: [0, 0, 1, 1], crop: [0, 0, 1, 1], scale: 1, status: "inpainted" };
    const rest = { colorShiftBefore: null, sharpnessGain: null };
    const measured = [
      { ...region, ...rest, seam: 1.3, colorShiftAfter: 6 },
      { ...region, ...rest, seam: null, colorShiftAfter: null },
      { ...region, ...rest, seam: 3.9, colorShiftAfter: 1 },
    ];
    await host.work(async (task, signal) => {
      const done = await answer(task, signal);
      if (task.step !== "detail") return done;
      const quality = { regions: [measured.shift()], pixelsChangedOutside: 0, pixelsChangedInside: 1 };
      return { ...done, result: { ...done.result, output: { ...(done.result.output as object), quality } } };
    });
    const { batchUUID, runs } = await host.submit(3, reviewed());
    for (const runUUID of runs) await untilAsked(runUUID);
    const { db } = host.services.store;
    const { reviews } = await listReviews(db, LOCAL_OWNER, { batch: batchUUID, limit: 10 });
    expect(reviews.map(({ concern }) => concern?.toFixed(1))).toEqual(["3.0", "2.0", undefined]);
    const page = await listReviews(db, LOCAL_OWNER, { batch: batchUUID, limit: 1 });
    expect([page.reviews.length, page.total]).toEqual([1, 3]);
    expect((await listReviews(db, LOCAL_OWNER, { workflow: "another", limit: 10 })).total).toBe(0);
    for (const { taskUUID } of reviews) await say(taskUUID, { decision: "accept", round: 1 });
    await host.untilEnded(batchUUID);
  });

  it("of many who decide at once one is taken, and the others are told", async () => {
    await host.work(answer);
    const { batchUUID, taskUUID } = await ask();
    const answers = await Promise.allSettled([
      ...Array.from({ length: 4 }, () => say(taskUUID, { decision: "accept" })),
      ...Array.from({ length: 4 }, () => say(taskUUID, { decision: "keepOriginal" })),
    ]);
    const refused = answers.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(refused).toHaveLength(4);
    for (const reason of refused) expect(reason).toMatchObject({ code: "CONFLICT" });
    await host.untilEnded(batchUUID);
    expect(await audited(taskUUID)).toHaveLength(1);
  });

  it("is refused for what is no review, what is somebody else's, and what is not allowed", async () => {
    await host.work(answer);
    const { batchUUID, runUUID, taskUUID } = await ask(", allow: [accept]");
    const other = (await host.read(runUUID)).tasks[0]?.taskUUID ?? taskUUID;
    await expect(say(other, { decision: "accept" })).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(say(taskUUID, { decision: "accept" }, stranger)).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(say(taskUUID, { decision: "reroll" })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect((await listReviews(host.services.store.db, stranger.owner, { limit: 10 })).total).toBe(0);
    await cancelRun(host.services.store, me, runUUID);
    await host.untilEnded(batchUUID);
    await expect(say(taskUUID, { decision: "accept" })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("what nobody decides in time is decided once, by whichever process comes first, and for good", async () => {
    await host.work(answer);
    const { batchUUID, runUUID, taskUUID } = await ask(", timeout: 2h, otherwise: accept");
    const { store } = host.services;
    expect(await timeOutReviews(store)).toBe(0);
    await sql`update tasks set decide_by = now() - interval '1 second' where uuid = ${taskUUID}`.execute(
      store.db,
    );
    await expect(say(taskUUID, { decision: "keepOriginal" })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(/its time is up|it was decided: timeout/),
    });
    await Promise.all(Array.from({ length: 4 }, () => timeOutReviews(store)));
    await host.untilEnded(batchUUID);
    const run = await host.read(runUUID);
    expect(run).toMatchObject({ status: "succeeded", outputs: { decision: "accept" } });
    expect(run.tasks.at(-1)?.warnings.join()).toContain("nobody decided within its timeout");
    expect((await audited(taskUUID)).map(({ actor, action }) => [actor, action])).toEqual([
      ["engine", "review.timeout"],
    ]);
    await expect(say(taskUUID, { decision: "accept" })).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("a time that is over is found by the sweeper, whoever waits for it", async () => {
    await host.work(answer);
    const { batchUUID, runs } = await host.submit(1, reviewed(", timeout: 1ms, otherwise: fail"));
    await host.untilEnded(batchUUID); // by the leader's sweeper, which nobody wakes
    expect(await host.read(runs[0])).toMatchObject({ status: "failed", error: { code: "TIMED_OUT" } });
  });
});
