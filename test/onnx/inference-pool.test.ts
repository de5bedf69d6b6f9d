import { execFile } from "node:child_process";
import { setImmediate, setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Worker } from "node:worker_threads";
import { afterAll, describe, expect, it } from "vitest";
import { createInferencePool } from "../../src/onnx/inference-pool.ts";
import { runInference } from "../../src/onnx/inference-worker.ts";
import { createLoadedModel } from "../../src/onnx/loaded-model.ts";
import { DEFAULT_SESSIONS } from "../../src/onnx/session-cache.ts";
import type { Tensor } from "../../src/onnx/tensor.ts";
import { createThreadRuntime } from "../../src/onnx/thread-models.ts";
import { createTurn, drop } from "../../src/onnx/turn.ts";
import { errorOf } from "./run-model.ts";
import { loadedAdding, loadedCounting, loadedSlow } from "./small-model.ts";

const floats = (...values: number[]): Tensor => ({
  type: "float32",
  dims: [values.length],
  data: Float32Array.from(values),
});

describe("createInferencePool", () => {
  const pool = createInferencePool({ threads: 2 });
  afterAll(() => pool.close());
  const model = loadedAdding(1);

  it("gives each of many runs its own answer, whichever thread it had", async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => pool.run(loadedAdding(index % 3), { image: floats(index) })),
    );
    expect(answers.map(({ outputs }) => outputs["result"]?.data[0])).toEqual(
      Array.from({ length: 40 }, (_, index) => index + (index % 3)),
    );
  });

  it("takes the input's memory instead of copying it", async () => {
    const image = floats(1, 2);
    await pool.run(model, { image });
    expect(image.data.length).toBe(0);
  });

  it("refuses inputs that the model cannot take, and runs the next ones", async () => {
    const wrong: Tensor = { type: "uint8", dims: [1], data: Uint8Array.of(1) };
    expect(await errorOf(() => pool.run(model, { image: wrong }))).toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/^model add 1 cannot run on these inputs: /),
      cause: expect.any(Error),
    });
    expect(await errorOf(() => pool.run(model, {}))).toMatchObject({ code: "INPUT_INVALID" });
    expect((await pool.run(model, { image: floats(4) })).outputs["result"]?.data[0]).toBe(5);
  });

  it("refuses outputs of another type as the model's fault, by whichever way it was run", async () => {
    const counting = loadedCounting();
    const message = 'output "result" is neither float32 nor uint8';
    expect(await errorOf(() => pool.run(counting, { image: floats(1) }))).toMatchObject({
      code: "INPUT_INVALID",
      message: `model counting cannot run on these inputs: ${message}`,
    });
    const thread = createThreadRuntime(DEFAULT_SESSIONS);
    const looked = thread.run(counting, { name: "image", dims: [1] }, (values) => values.fill(2));
    await expect(looked).rejects.toMatchObject({ stage: "run", model: "counting", message });
  });

  it("refuses bytes that are no model", async () => {
    const garbage = createLoadedModel("garbage", "garbage", Uint8Array.of(1, 2, 3, 4));
    expect(await errorOf(() => pool.run(garbage, { image: floats(1) }))).toMatchObject({
      code: "MODEL_UNREADABLE",
      message: expect.stringMatching(/^model garbage cannot be loaded: /),
    });
  });

  it("does not begin what was cancelled before", async () => {
    const image = floats(1);
    const error = await errorOf(() => pool.run(model, { image }, AbortSignal.abort()));
    expect(error).toMatchObject({ code: "CANCELLED" });
    expect(image.data.length).toBe(1);
  });

  it("rejects at once when cancelled, drops what waits, and keeps its threads", async () => {
    const controller = new AbortController();
    const runs = Array.from({ length: 20 }, () => pool.run(model, { image: floats(1) }, controller.signal));
    controller.abort(new Error("enough"));
    const results = await Promise.allSettled(runs);
    expect(results.map((result) => result.status)).toEqual(Array.from({ length: 20 }, () => "rejected"));
    expect(await errorOf(() => runs[0])).toMatchObject({ code: "CANCELLED", cause: { message: "enough" } });
    expect((await pool.run(model, { image: floats(2) })).outputs["result"]?.data[0]).toBe(3);
  });
});

it("fails what still waits when it is closed in the middle, and nothing hangs", async () => {
  const pool = createInferencePool({ threads: 1 });
  const runs = Promise.allSettled(
    Array.from({ length: 5 }, (_, index) => pool.run(loadedAdding(1), { image: floats(index) })),
  );
  await pool.close();
  for (const result of await runs) {
    if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "WORKER_LOST" });
    else expect(result.value.outputs["result"]?.type).toBe("float32");
  }
  expect(await errorOf(() => pool.run(loadedAdding(1), { image: floats(1) }))).toMatchObject({
    code: "WORKER_LOST",
  });
});

it("ends no run in the middle because another thread was done, when it is closed", async () => {
  const pool = createInferencePool({ threads: 2 });
  await Promise.all([1, 2].map((number) => pool.run(loadedAdding(1), { image: floats(number) })));
  const runs = Promise.allSettled([
    pool.run(loadedSlow(), { image: floats(1) }),
    pool.run(loadedAdding(1), { image: floats(40) }),
  ]);
  await setTimeout(100);
  await pool.close();
  for (const result of await runs) {
    // A thread that had not even begun may say so; none may be killed at work.
    if (result.status === "rejected") expect(String(result.reason)).toContain("the inference pool is closed");
    else expect(result.value.outputs["result"]?.data[0]).toBe(41);
  }
});

it("fails what waits for a thread that dies, and runs the next one in a new thread", async () => {
  const threads: Worker[] = [];
  const remember = (thread: Worker): number => threads.push(thread);
  process.on("worker", remember);
  const pool = createInferencePool({ threads: 1 });
  try {
    const runs = [1, 2, 3].map((number) =>
      errorOf(() => pool.run(loadedAdding(number), { image: floats(1) })),
    );
    await setImmediate();
    await threads[0]?.terminate();
    for (const error of await Promise.all(runs)) {
      expect(error).toMatchObject({ code: "WORKER_LOST", cause: expect.any(Error) });
    }
    expect((await pool.run(loadedAdding(1), { image: floats(1) })).outputs["result"]?.data[0]).toBe(2);
    expect(threads).toHaveLength(2);
    await threads[1]?.terminate();
    expect((await pool.run(loadedAdding(1), { image: floats(2) })).outputs["result"]?.data[0]).toBe(3);
  } finally {
    process.off("worker", remember);
    await pool.close();
  }
});

it("lets the other threads end what they have begun when one dies", async () => {
  const threads: Worker[] = [];
  const remember = (thread: Worker): number => threads.push(thread);
  process.on("worker", remember);
  const pool = createInferencePool({ threads: 2 });
  try {
    await pool.run(loadedAdding(1), { image: floats(1) });
    const long = pool.run(loadedSlow(), { image: floats(1) });
    const lost = errorOf(() => pool.run(loadedAdding(1), { image: floats(1) }));
    // A second thread is just being started for the second run.
    await setImmediate();
    await threads[1]?.terminate();
    expect(await lost).toMatchObject({ code: "WORKER_LOST" });
    expect((await long).outputs["result"]?.data[0]).toBe(41);
  } finally {
    process.off("worker", remember);
    await pool.close();
  }
});

it("leaves nothing open: a process that closes its pool ends by itself", async () => {
  const script = fileURLToPath(new URL("./close-pool-process.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", script]);
  expect(stdout).toBe("2\n");
});

it("does not even load the model of a job that was dropped while it waited", async () => {
  const garbage = createLoadedModel("garbage", "garbage", Uint8Array.of(1));
  const dropped = createTurn();
  drop(dropped);
  expect(await runInference({ kind: "run", model: garbage, inputs: {}, turn: createTurn() })).toMatchObject({
    stage: "load",
  });
  expect(await runInference({ kind: "run", model: garbage, inputs: {}, turn: dropped })).toMatchObject({
    stage: "dropped",
  });
});

it("makes sessions in every thread when it is asked to, so that none is made later", async () => {
  const threads: Worker[] = [];
  const remember = (thread: Worker): number => threads.push(thread);
  process.on("worker", remember);
  const pool = createInferencePool({ threads: 2 });
  try {
    await pool.warmUp();
    expect(threads).toEqual([]);
    await pool.warmUp([loadedAdding(1), loadedAdding(2)]);
    expect(threads).toHaveLength(2);
    const garbage = createLoadedModel("garbage", "garbage", Uint8Array.of(1));
    expect(await errorOf(() => pool.warmUp([garbage]))).toMatchObject({ code: "MODEL_UNREADABLE" });
    const answers = await Promise.all(
      [1, 2, 3].map((number) => pool.run(loadedAdding(1), { image: floats(number) })),
    );
    expect(answers.map(({ outputs }) => outputs["result"]?.data[0])).toEqual([2, 3, 4]);
    expect(threads).toHaveLength(2);
  } finally {
    process.off("worker", remember);
    await pool.close();
  }
});

it("warns once of a provider that cannot be had, and runs on the CPU", async () => {
  const warnings: string[] = [];
  const onWarning = (message: string): number => warnings.push(message);
  /* No platform has both. */
  const pool = createInferencePool({ threads: 2, providers: ["dml", "coreml"], onWarning });
  try {
    const runs = [1, 2, 3].map((number) => pool.run(loadedAdding(number), { image: floats(1) }));
    const answers = await Promise.all(runs);
    expect(answers.map(({ outputs }) => outputs["result"]?.data[0])).toEqual([2, 3, 4]);
    expect(new Set(warnings).size).toBe(warnings.length);
    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings[0]).toMatch(
      /^execution provider (dml|coreml) cannot be used: .*MASKLOOM_EXECUTION_PROVIDERS/,
    );
  } finally {
    await pool.close();
  }
});
