import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { MaskloomError } from "../../src/errors.ts";
import { createLogger } from "../../src/logging/log.ts";
import { createTaskMetrics } from "../../src/metrics/task-metrics.ts";
import type { CallDesk } from "../../src/runs/calls/call-desk.ts";
import type { LeasedTask } from "../../src/store/leases.ts";
import { observeCalls } from "../../workers/observe-calls.ts";
import { observeTasks } from "../../workers/observe-tasks.ts";
import type { ExecuteTask } from "../../workers/worker.ts";

const TASK = {
  taskUUID: "task-1",
  runUUID: "run-1",
  batchUUID: "batch-1",
  ownerUUID: "owner-1",
  step: "faces",
  taskType: "imageMasking",
  attempt: 3,
  queue: "masking",
  waitedMs: 40,
  traceparent: null,
  provider: "local",
  model: "mediapipe_face_full",
  seed: null,
  fresh: false,
  input: {},
} as unknown as LeasedTask;

function observed(execute: ExecuteTask) {
  const registry = new Registry();
  const lines: string[] = [];
  const log = createLogger("debug", "json", { write: (line) => lines.push(line) });
  return {
    run: observeTasks(execute, { metrics: createTaskMetrics(registry), log }),
    log,
    lines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    text: () => registry.metrics(),
  };
}

const NOW = new AbortController().signal;
const NAMED = { runUUID: "run-1", taskUUID: "task-1", attempt: 3, step: "faces" };

it("counts what an attempt came to and names the task in all that is logged within it", async () => {
  const { run, log, lines, text } = observed(async () => {
    log.info("looking");
    const result = { kind: "succeeded", output: null, warnings: [], cost: null } as const;
    return { result, timings: { inference: 12 } };
  });
  await run(TASK, NOW);
  expect(lines()).toMatchObject([
    { msg: "looking", ...NAMED },
    { msg: "attempt ended", outcome: "succeeded", ...NAMED },
  ]);
  expect(await text()).toMatch(
    /^maskloom_task_duration_seconds_count\{task_type="imageMasking",provider="local",outcome="succeeded"\} 1$/m,
  );
  expect(await text()).toMatch(
    /^maskloom_task_wait_seconds_sum\{queue="masking",task_type="imageMasking"\} 0.04$/m,
  );
});

it("counts a failure by its code, says why, and hands it on", async () => {
  const failure = new MaskloomError("TIMED_OUT", "it took too long");
  const { run, lines, text } = observed(() => Promise.reject(failure));
  await expect(run(TASK, NOW)).rejects.toBe(failure);
  expect(lines()).toMatchObject([
    { msg: "attempt failed", level: 40, code: "TIMED_OUT", reason: "it took too long", ...NAMED },
  ]);
  expect(await text()).toMatch(
    /^maskloom_task_failures_total\{task_type="imageMasking",provider="local",code="TIMED_OUT"\} 1$/m,
  );
  expect(await text()).toMatch(/^maskloom_worker_tasks_running\{task_type="imageMasking"\} 0$/m);
});

it("counts what waits for money as parked, which is no failure either", async () => {
  const { run, text } = observed(() => Promise.reject(new MaskloomError("BUDGET_EXCEEDED", "no money")));
  await expect(run(TASK, NOW)).rejects.toThrow("no money");
  expect(await text()).toContain('outcome="parked"} 1');
  expect(await text()).not.toMatch(/^maskloom_task_failures_total\{/m);
});

it("counts what was cancelled as stopped, which is no failure", async () => {
  const controller = new AbortController();
  const { run, lines, text } = observed(async (_task, signal) => {
    controller.abort();
    signal.throwIfAborted();
    throw new Error("not reached");
  });
  await expect(run(TASK, controller.signal)).rejects.toThrow();
  expect(lines()).toEqual([]);
  expect(await text()).toContain('outcome="stopped"} 1');
  expect(await text()).not.toMatch(/^maskloom_task_failures_total\{/m);
});

it("counts calls to providers by how they end", async () => {
  const registry = new Registry();
  const desk = {
    make: async ({ region }: { region: number }) => {
      if (region === 2) throw new MaskloomError("PROVIDER_FAILED", "out of memory");
      return { result: region, cost: 0, callUUID: "call-1" };
    },
    openCircuits: () => [],
    close: async () => undefined,
  } as unknown as CallDesk;
  const calls = observeCalls(desk, createTaskMetrics(registry));
  const order = { provider: "runware", signal: NOW } as never;
  expect(await calls.make({ ...(order as object), region: 1 } as never)).toMatchObject({ result: 1 });
  await expect(calls.make({ ...(order as object), region: 2 } as never)).rejects.toThrow("out of memory");
  const text = await registry.metrics();
  expect(text).toMatch(/^maskloom_provider_call_seconds_count\{provider="runware",outcome="ok"\} 1$/m);
  expect(text).toMatch(
    /^maskloom_provider_call_seconds_count\{provider="runware",outcome="PROVIDER_FAILED"\} 1$/m,
  );
});
