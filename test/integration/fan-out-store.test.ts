import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import type { RunUUID, TaskUUID } from "../../src/contracts/ids.ts";
import type { RunDetail, TaskView } from "../../src/contracts/run.ts";
import type { Outcome } from "../../src/engine/run-state.ts";
import { openServices, type Services } from "../../src/runs/services.ts";
import { openBatch, submitRuns } from "../../src/runs/submit.ts";
import { cancelRuns } from "../../src/store/cancel.ts";
import { type ReadyDelivery, takeReady } from "../../src/store/deliveries.ts";
import { currentCursor, readEvents } from "../../src/store/events.ts";
import { leaseTasks } from "../../src/store/leases.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { type AttemptEnd, settleAttempts } from "../../src/store/settle-tasks.ts";
import { readRuns } from "../../src/store/views.ts";
import { artifact, failed, foundFaces, made, PICTURE, painted } from "../engine/played-run.ts";
import { prepareExample } from "../engine/two-steps.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";

const EACH_FACE = prepareExample(`
maskloom: 1
name: each-face
inputs: { image: { type: image } }
steps:
  - { id: faces, task: imageMasking, inputImage: "\${inputs.image}", model: d, combine: perDetection }
  - id: each
    task: imageInference
    forEach: \${steps.faces.detections}
    as: face
    model: i
    fallback: { model: plan-b }
    retries: { attempts: 1 }
    seedImage: \${inputs.image}
    maskImage: \${face.maskImage}
    rules: [{ when: "face.index == 3", skip: true }]
output: \${steps.each.image}
`);

describe("a step for each detection, in the database", () => {
  let home: string;
  let services: Services;
  /** What was handed out, for whoever asks for it. */
  const delivered = new Map<TaskUUID, ReadyDelivery>();

  beforeAll(async () => {
    home = await makeTemporaryHome();
    services = await openServices(readConfig({ MASKLOOM_HOME: home }), () => undefined);
  });
  afterAll(async () => {
    await services?.close();
    await removeTemporaryHome(home);
  });

  const detail = async (run: RunUUID): Promise<RunDetail> => {
    const [found] = await readRuns(services.store.db, LOCAL_OWNER, [run]);
    if (found === undefined) throw new Error("no run");
    return found;
  };
  const taskOf = async (run: RunUUID, step: string, element: number | null = null): Promise<TaskView> => {
    const found = (await detail(run)).tasks.find((task) => task.step === step && task.element === element);
    if (found === undefined) throw new Error(`no task ${step} ${element}`);
    return found;
  };
  const submit = async (): Promise<RunUUID> => {
    const request = { ...EACH_FACE, owner: LOCAL_OWNER, inputs: {}, interactive: true };
    const batch = await openBatch(services.store, request);
    const prepare = async () => ({ inputs: { image: { uuid: PICTURE, meta: {} } }, identity: null });
    const [run] = await submitRuns(services.store, batch, [{ file: "a.png", prepare }]);
    if (run === undefined) throw new Error("no run");
    return run.runUUID;
  };
  /** Leases the task as a worker does, and says how its attempt ended. */
  const attempt = async (
    run: RunUUID,
    step: string,
    outcome: Outcome,
    element: number | null = null,
  ): Promise<AttemptEnd> => {
    const { db } = services.store;
    const { taskUUID } = await taskOf(run, step, element);
    for (const one of await takeReady(db, 10, 0)) delivered.set(one.taskUUID, one);
    const delivery = delivered.get(taskUUID);
    const [leased] = await leaseTasks(db, delivery === undefined ? [] : [delivery], "a worker", 60_000);
    if (leased === undefined) throw new Error(`${step} ${element} was not ready`);
    return { ...leased, outcome, timings: {} };
  };
  const settle = (end: AttemptEnd) => settleAttempts(services.store.db, [end], services.store.decideFor);

  it("has its elements once, however often the end of the masking is told", async () => {
    const start = await currentCursor(services.store.db);
    const run = await submit();
    const end = await attempt(run, "faces", foundFaces(3));
    const settled = await Promise.all([settle(end), settle(end), settle(end)]);
    expect(settled.map(({ accepted }) => accepted.size).sort()).toEqual([0, 0, 1]);
    await settle(end);
    const { tasks } = await detail(run);
    expect(tasks.map(({ step, element, status }) => [step, element, status])).toEqual([
      ["faces", null, "succeeded"],
      ["each", null, "waiting"],
      ["each", 1, "queued"],
      ["each", 2, "queued"],
      ["each", 3, "skipped"],
    ]);
    const events = await readEvents(services.store.db, start, { run }, 50);
    const told = events.events.flatMap(({ type, data }) =>
      data["step"] === "each" ? [[type, data["element"]]] : [],
    );
    expect(told.sort()).toEqual([
      ["task.ended", 3],
      ["task.queued", 1],
      ["task.queued", 2],
    ]);
    await cancelRuns(services.store.db, LOCAL_OWNER, { runs: [run] });
  });

  it("is carried through: elements in any order, a failure that is mended elsewhere, the fan-in, the end", async () => {
    const run = await submit();
    await settle(await attempt(run, "faces", foundFaces(2)));
    await settle(await attempt(run, "each", failed(), 2));
    expect(await taskOf(run, "each", 2)).toMatchObject({
      status: "queued",
      provider: "local",
      model: "plan-b",
    });
    await settle(await attempt(run, "each", painted("face 2"), 2));
    await settle(await attempt(run, "each", painted("face 1"), 1));
    const gather = await taskOf(run, "each");
    expect(gather).toMatchObject({ taskType: "gather", status: "queued" });
    expect(gather.input).toEqual({
      seedImage: PICTURE,
      elements: [1, 2].map((place) => ({
        image: artifact(`face ${place}`),
        maskImage: artifact(`mask ${place} of faces`),
      })),
    });
    const image = artifact("all faces");
    await settle(await attempt(run, "each", made({ image, width: 100, height: 80 })));
    expect(await detail(run)).toMatchObject({ status: "succeeded", output: image });
    expect((await taskOf(run, "each", 2)).warnings).toEqual([
      "moved to the fallback plan-b (local), since it failed for good with i (local)",
    ]);
  });

  it("stops with its run: what has begun is told so, what has not begun does not begin", async () => {
    const run = await submit();
    await settle(await attempt(run, "faces", foundFaces(2)));
    const under = await attempt(run, "each", painted("face 1"), 1);
    await cancelRuns(services.store.db, LOCAL_OWNER, { runs: [run] });
    expect((await settle(under)).accepted.size).toBe(0);
    const { status, tasks } = await detail(run);
    expect(status).toBe("cancelled");
    expect(tasks.slice(1).map((task) => task.status)).toEqual(["cancelled", "cancelled", "cancelled"]);
  });
});
