import { Registry } from "prom-client";
import { expect, it } from "vitest";
import type { InstallationReading } from "../../src/contracts/installation-reading.ts";
import { registerInstallation } from "../../src/metrics/installation-metrics.ts";

const READING: InstallationReading = {
  queues: [
    { queue: "masking", waiting: 3, running: 1, oldestWaitSeconds: 4.5, workers: 2, isPaused: false },
    { queue: "outside", waiting: 0, running: 0, oldestWaitSeconds: null, workers: 0, isPaused: true },
  ],
  tasks: [{ status: "queued", count: 3 }],
  runningBatches: 1,
  spentToday: [{ provider: "runware", usd: 1.25 }],
  dayLimits: [{ provider: "runware", usd: 20 }],
  databaseBytes: 4096,
  events: 17,
};

it("tells how the installation stands, and reads it once for all gauges", async () => {
  const registry = new Registry();
  let reads = 0;
  const read = async () => {
    reads += 1;
    return READING;
  };
  registerInstallation(registry, read, () => undefined);
  const lines = (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  expect(lines).toEqual([
    "maskloom_installation_readable 1",
    'maskloom_queue_waiting{queue="masking"} 3',
    'maskloom_queue_waiting{queue="outside"} 0',
    'maskloom_queue_running{queue="masking"} 1',
    'maskloom_queue_running{queue="outside"} 0',
    'maskloom_queue_oldest_wait_seconds{queue="masking"} 4.5',
    'maskloom_queue_oldest_wait_seconds{queue="outside"} 0',
    'maskloom_queue_workers{queue="masking"} 2',
    'maskloom_queue_workers{queue="outside"} 0',
    'maskloom_queue_paused{queue="masking"} 0',
    'maskloom_queue_paused{queue="outside"} 1',
    'maskloom_tasks{status="queued"} 3',
    'maskloom_tasks{status="running"} 0',
    'maskloom_tasks{status="review"} 0',
    'maskloom_tasks{status="held"} 0',
    'maskloom_tasks{status="uncertain"} 0',
    "maskloom_batches_running 1",
    'maskloom_spent_today_usd{provider="runware"} 1.25',
    'maskloom_budget_day_usd{provider="runware"} 20',
    "maskloom_database_bytes 4096",
    "maskloom_events_stored 17",
  ]);
  expect(reads).toBe(1);
});

it("says that it cannot be read, and then nothing that is no longer known", async () => {
  const registry = new Registry();
  const errors: unknown[] = [];
  const failure = new Error("no database");
  registerInstallation(
    registry,
    () => Promise.reject(failure),
    (error) => errors.push(error),
  );
  const text = await registry.metrics();
  expect(text).toContain("maskloom_installation_readable 0");
  expect(text).not.toMatch(/^maskloom_(queue|tasks|batches)/m);
  expect(errors).toEqual([failure]);
});
