import { describe, expect, it } from "vitest";
import { newBatchUUID, newRunUUID, newTaskUUID, OwnerUUID } from "../../../src/contracts/ids.ts";
import { MaskloomError } from "../../../src/errors.ts";
import { createLogger } from "../../../src/logging/log.ts";
import type { LeasedTask } from "../../../src/store/leases.ts";
import type { NewLogLine } from "../../../src/store/task-logs.ts";
import { recordAttempts } from "../../../workers/records/record-attempt.ts";
import { createTaskRecords, MOST_LINES } from "../../../workers/records/task-record.ts";
import type { TaskRun } from "../../../workers/worker.ts";

const task = {
  taskUUID: newTaskUUID(),
  runUUID: newRunUUID(),
  batchUUID: newBatchUUID(),
  ownerUUID: OwnerUUID.parse("00000000-0000-4000-8000-000000000000"),
  step: "detail",
  taskType: "imageInference",
  attempt: 2,
  provider: "local",
  model: "local:fill",
  seed: 7,
} as LeasedTask;

const DONE: TaskRun = {
  result: { kind: "succeeded", output: {}, warnings: ["a field was ignored"], cost: null },
  timings: { inpaint: 12 },
};

function open({ runs = 20, refuse = false }: { runs?: number; refuse?: boolean } = {}) {
  const writes: (readonly NewLogLine[])[] = [];
  const errors: unknown[] = [];
  const told: string[] = [];
  const records = createTaskRecords(
    {
      addLines: async (lines) => {
        if (refuse) throw new Error("no database");
        writes.push(lines);
      },
      addCrop: async () => undefined,
    },
    {
      runs,
      log: createLogger("info", "json", { write: (line) => void told.push(line) }),
      onError: (error) => void errors.push(error),
    },
  );
  const lines = () => writes.flat().map(({ level, message }) => `${level}: ${message}`);
  return { records, writes, errors, told, lines };
}

const { signal } = new AbortController();

describe("what is recorded of an attempt", () => {
  it("is written at once and before the attempt's end is known", async () => {
    const { records, writes, lines, told } = open();
    const execute = recordAttempts(records, async (_, __, record) => {
      record.warn("the call is made again in 0.5 s");
      return DONE;
    });
    await expect(execute(task, signal)).resolves.toEqual(DONE);
    expect(lines()).toEqual([
      "info: attempt 2 begins",
      "warn: the call is made again in 0.5 s",
      "info: a field was ignored",
      "info: done",
    ]);
    expect(writes).toHaveLength(1);
    expect(writes[0]?.[0]).toMatchObject({
      taskUUID: task.taskUUID,
      attempt: 2,
      data: { model: "local:fill" },
    });
    expect(writes[0]?.[3]?.data).toEqual({ ms: { inpaint: 12 } });
    expect(told, "an operator is not told of every task").toEqual([]);
  });

  it("is nothing where a run is one of many and all went well", async () => {
    const { records, writes } = open({ runs: 0 });
    const execute = recordAttempts(records, async (_, __, record) => {
      expect(record.isDetailed).toBe(false);
      return DONE;
    });
    await execute(task, signal);
    expect(writes).toEqual([]);
  });

  it("says of a failure what it was and where it came from, of any run, and throws it on", async () => {
    const { records, writes, told } = open({ runs: 0 });
    const cause = new Error("socket closed");
    const failure = new MaskloomError("PROVIDER_FAILED", "provider x: it broke", { cause });
    const execute = recordAttempts(records, () => Promise.reject(failure));
    await expect(execute(task, signal)).rejects.toBe(failure);
    const [line] = writes.flat();
    expect(line).toMatchObject({ level: "warn", message: "provider x: it broke" });
    expect(line?.data["code"]).toBe("PROVIDER_FAILED");
    expect(line?.data["stack"]).toMatch(
      /^MaskloomError: provider x: it broke\n[\s\S]*caused by Error: socket closed\n/,
    );
    expect(told, "what a provider does is not the operator's").toEqual([]);
  });

  it("tells the operator, too, of what is a fault of Maskloom's", async () => {
    const { records, lines, told } = open({ runs: 0 });
    const execute = recordAttempts(records, () => Promise.reject(new TypeError("x is undefined")));
    await expect(execute(task, signal)).rejects.toThrow("x is undefined");
    expect(lines()).toEqual(["error: x is undefined"]);
    expect(told.join("")).toContain(task.taskUUID);
  });

  it("holds up no attempt that was told to stop, and is whole when the records are closed", async () => {
    const leaving = new AbortController();
    let room: () => void = () => undefined;
    const hasRoom = new Promise<void>((resolve) => {
      room = resolve;
    });
    const written: string[] = [];
    const records = createTaskRecords(
      {
        addLines: async (lines) => {
          await hasRoom;
          written.push(...lines.map(({ message }) => message));
        },
        addCrop: async () => undefined,
      },
      { runs: 20, log: createLogger("info", "json", { write: () => undefined }), onError: () => undefined },
    );
    const execute = recordAttempts(records, async (_, __, record) => {
      record.leave(hasRoom.then(() => void written.push("a crop")));
      leaving.abort("cancelled");
      throw new Error("nobody waits");
    });
    await expect(execute(task, leaving.signal)).rejects.toThrow("nobody waits");
    expect(written).toEqual([]);
    room();
    await records.close();
    expect(written.toSorted()).toEqual(["a crop", "attempt 2 begins", "stopped: cancelled"]);
  });

  it("leaves out what the log leaves out", async () => {
    const { records, writes } = open();
    const record = records.begin(task);
    record.info("asked", { apiKey: "hidden-1", request: { authorization: "hidden-2", prompt: "a face" } });
    await records.flush();
    const text = JSON.stringify(writes);
    expect(text).toContain("a face");
    expect(text).not.toContain("hidden");
  });

  it("has an end, however much a task says", async () => {
    const { records, lines, writes } = open();
    const record = records.begin(task);
    for (let at = 0; at < MOST_LINES * 2; at++) record.info(`line ${at}`);
    record.warn("x".repeat(100_000), { text: "y".repeat(100_000) });
    await records.flush();
    expect(lines()).toHaveLength(MOST_LINES);
    expect(lines().at(-1)).toBe("warn: further lines of this attempt are not kept");
    record.failure(new Error("and then it broke"));
    await records.flush();
    expect(lines().at(-1)).toBe("error: and then it broke");
    const other = records.begin({ ...task, attempt: 3 });
    other.warn("x".repeat(100_000), { text: "y".repeat(100_000) });
    await records.flush();
    const last = writes.flat().at(-1);
    expect(last?.message).toHaveLength(2_000);
    expect(JSON.stringify(last?.data).length).toBeLessThan(200);
  });

  it("costs an attempt nothing where it cannot be written", async () => {
    const { records, errors } = open({ refuse: true });
    const execute = recordAttempts(records, async () => DONE);
    await expect(execute(task, signal)).resolves.toEqual(DONE);
    expect(errors).toHaveLength(1);
  });
});
