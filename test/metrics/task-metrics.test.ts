import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { createTaskMetrics } from "../../src/metrics/task-metrics.ts";

const DONE = { taskType: "imageMasking", provider: "local", timings: {}, code: null } as const;

async function valuesOf(registry: Registry, name: string) {
  const metric = await registry.getSingleMetric(name)?.get();
  return metric?.values.map(({ labels, value }) => ({ ...labels, value })) ?? [];
}

it("counts how long tasks waited and took, by kind, provider and outcome", async () => {
  const registry = new Registry();
  const metrics = createTaskMetrics(registry);
  metrics.began({ queue: "masking", taskType: "imageMasking", waitedMs: 2_000 });
  expect(await valuesOf(registry, "maskloom_worker_tasks_running")).toEqual([
    { task_type: "imageMasking", value: 1 },
  ]);
  metrics.ended({ ...DONE, outcome: "succeeded", seconds: 0.3, timings: { inference: 120, decode: 8 } });
  const text = await registry.metrics();
  expect(text).toContain(
    'maskloom_task_wait_seconds_bucket{le="1",queue="masking",task_type="imageMasking"} 0',
  );
  expect(text).toContain(
    'maskloom_task_wait_seconds_bucket{le="5",queue="masking",task_type="imageMasking"} 1',
  );
  expect(text).toContain(
    'maskloom_task_duration_seconds_sum{task_type="imageMasking",provider="local",outcome="succeeded"} 0.3',
  );
  expect(text).toContain('maskloom_task_part_seconds_sum{task_type="imageMasking",part="inference"} 0.12');
  expect(await valuesOf(registry, "maskloom_worker_tasks_running")).toEqual([
    { task_type: "imageMasking", value: 0 },
  ]);
});

it("counts what calls came to, and of those that cost nothing no provider at all", async () => {
  const registry = new Registry();
  const metrics = createTaskMetrics(registry);
  metrics.spent("runware", 0.02);
  metrics.spent("runware", 0.01);
  metrics.spent("forge", 0);
  expect(await valuesOf(registry, "maskloom_task_cost_usd_total")).toEqual([
    { provider: "runware", value: 0.03 },
  ]);
});

it("counts a result that was there already as a hit", async () => {
  const registry = new Registry();
  const found = { ...DONE, taskType: "imageInference", outcome: "cached", seconds: 1 } as const;
  createTaskMetrics(registry).ended(found);
  expect(await valuesOf(registry, "maskloom_cache_hits_total")).toEqual([
    { task_type: "imageInference", value: 1 },
  ]);
});

it("tells failures by their code, and a task without provider as such", async () => {
  const registry = new Registry();
  createTaskMetrics(registry).ended({
    ...DONE,
    taskType: "resize",
    provider: null,
    outcome: "failed",
    seconds: 0,
    code: "TIMED_OUT",
  });
  expect(await valuesOf(registry, "maskloom_task_failures_total")).toEqual([
    { task_type: "resize", provider: "none", code: "TIMED_OUT", value: 1 },
  ]);
});
