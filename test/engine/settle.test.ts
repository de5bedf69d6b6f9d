import { describe, expect, it } from "vitest";
import { newTaskUUID } from "../../src/contracts/ids.ts";
import type { TaskState } from "../../src/engine/run-state.ts";
import { DEFAULT_RETRIES, MAX_LOSSES, retryDelayMs, settleTask } from "../../src/engine/settle.ts";

const task: TaskState = {
  taskUUID: newTaskUUID(),
  step: "faces",
  element: null,
  taskType: "imageMasking",
  status: "running",
  provider: "local",
  model: "m",
  input: { model: "m" },
  output: null,
  error: null,
  seed: 5,
  failures: 0,
  losses: 0,
  seconds: 0,
  cost: null,
};
const failed = (retry: boolean) =>
  ({ kind: "failed", error: { code: "PROVIDER_FAILED", message: "busy" }, retry }) as const;

describe("settleTask", () => {
  it("takes a result as it is", () => {
    const outcome = { kind: "succeeded", output: { a: 1 }, warnings: ["w"], cost: 0.1 } as const;
    expect(settleTask(task, outcome, DEFAULT_RETRIES, 0)).toMatchObject({
      status: "succeeded",
      output: { a: 1 },
      warnings: ["w"],
    });
  });

  it("queues a retry with the same input and seed, later each time", () => {
    const first = settleTask(task, failed(true), DEFAULT_RETRIES, 1);
    expect(first).toMatchObject({ status: "queued", input: task.input, seed: 5, failures: 1 });
    const second = settleTask({ ...task, failures: 1 }, failed(true), DEFAULT_RETRIES, 1);
    expect(first).toMatchObject({ delayMs: 1000 });
    expect(second).toMatchObject({ delayMs: 2000 });
  });

  it("fails for good after the last attempt, and at once where a retry cannot help", () => {
    expect(settleTask({ ...task, failures: 2 }, failed(true), DEFAULT_RETRIES, 0).status).toBe("failed");
    expect(settleTask(task, failed(false), DEFAULT_RETRIES, 0).status).toBe("failed");
  });

  it("retries exactly the codes that the workflow lists", () => {
    const listed = { attempts: 2, on: ["PROVIDER_FAILED" as const] };
    const other = { attempts: 2, on: ["TIMED_OUT" as const] };
    expect(settleTask(task, failed(false), listed, 0).status).toBe("queued");
    expect(settleTask(task, failed(true), other, 0).status).toBe("failed");
  });

  it("is uncertain, whatever its last attempt failed at, while a call of it may be on a bill", () => {
    const open = { ...task, hasOpenCall: true };
    expect(settleTask(open, failed(false), DEFAULT_RETRIES, 0)).toMatchObject({ status: "queued" });
    const last = settleTask({ ...open, failures: 2 }, failed(true), DEFAULT_RETRIES, 0);
    expect(last).toMatchObject({ status: "uncertain", error: { code: "CALL_OPEN" } });
    const gone = settleTask({ ...open, losses: MAX_LOSSES - 1 }, { kind: "lost" }, DEFAULT_RETRIES, 0);
    expect(gone).toMatchObject({ status: "uncertain", error: { code: "CALL_OPEN" } });
  });

  it("waits with a retry at least as long as whoever failed asks", () => {
    const change = settleTask(task, { ...failed(true), retryAfterMs: 30_000 }, DEFAULT_RETRIES, 0);
    expect(change).toMatchObject({ status: "queued", delayMs: 30_000 });
  });

  it("asks again for a request under way whatever the policy lists, and parks what never told", () => {
    const open = { kind: "failed", error: { code: "CALL_OPEN", message: "sent" }, retry: true } as const;
    const policy = { attempts: 2, on: ["TIMED_OUT" as const] };
    expect(settleTask(task, open, policy, 0).status).toBe("queued");
    expect(settleTask({ ...task, failures: 1 }, open, policy, 0)).toMatchObject({
      status: "uncertain",
      error: open.error,
    });
  });

  it("parks what has no budget or may have been billed, without counting it as a failure", () => {
    const error = { code: "BUDGET_EXCEEDED", message: "no" };
    for (const kind of ["held", "uncertain"] as const) {
      expect(settleTask(task, { kind, error }, DEFAULT_RETRIES, 0)).toMatchObject({
        status: kind,
        error,
        failures: 0,
      });
    }
  });

  it("gives a released task back without counting it", () => {
    const change = settleTask(task, { kind: "released" }, DEFAULT_RETRIES, 0);
    expect(change).toMatchObject({ status: "queued", delayMs: null, failures: 0, losses: 0, error: null });
  });

  it("tries a lost task again, but not one that takes worker after worker with it", () => {
    const once = settleTask(task, { kind: "lost" }, DEFAULT_RETRIES, 0);
    expect(once).toMatchObject({ status: "queued", losses: 1, failures: 0, delayMs: null });
    const last = settleTask({ ...task, losses: MAX_LOSSES - 1 }, { kind: "lost" }, DEFAULT_RETRIES, 0);
    expect(last).toMatchObject({ status: "failed", error: { code: "WORKER_LOST" } });
  });
});

describe("a task that was lost with others, twice", () => {
  it("is tried at another moment than they, so that the one that is the cause does not take them all along", () => {
    const again = (random: number) =>
      settleTask({ ...task, losses: 2 }, { kind: "lost" }, DEFAULT_RETRIES, random);
    expect(again(0)).toMatchObject({ status: "queued", delayMs: 1000 });
    expect(again(0.5)).toMatchObject({ status: "queued", delayMs: 1500 });
  });
});

describe("retryDelayMs", () => {
  it("follows the policy's own delay, its bound and its kind", () => {
    const policy = { attempts: 9, backoff: { type: "exponential", delay: "2s", max: "5s" } } as const;
    expect([1, 2, 3].map((failures) => retryDelayMs(policy, failures, 1))).toEqual([2000, 4000, 5000]);
    expect(retryDelayMs({ attempts: 3, backoff: "none" }, 2, 1)).toBe(0);
    expect(retryDelayMs({ attempts: 3, backoff: "fixed" }, 3, 1)).toBe(1000);
  });

  it("is spread by chance over the upper half", () => {
    expect(retryDelayMs(DEFAULT_RETRIES, 1, 0)).toBe(500);
  });
});
