import { describe, expect, it } from "vitest";
import { collectChanges, NO_CHANGES } from "../../../dashboard/src/live/changes.ts";
import type { BatchUUID, RunUUID, TaskUUID } from "../../../src/contracts/ids.ts";
import type { Event } from "../../../src/contracts/run.ts";
import { anEvent } from "./fake-socket.ts";

const RUN = "11111111-1111-4111-8111-111111111111" as RunUUID;
const BATCH = "33333333-3333-4333-8333-333333333333" as BatchUUID;
const TASK = "22222222-2222-4222-8222-222222222222" as TaskUUID;

describe("what events change", () => {
  it("is what they are about, once, and nothing after it was taken", () => {
    const collector = collectChanges();
    collector.add(anEvent("1.1", { type: "run.created", runUUID: RUN }));
    collector.add(anEvent("1.2", { type: "task.started", runUUID: RUN, taskUUID: TASK }));
    collector.add(anEvent("1.3", { type: "task.progress", runUUID: RUN, taskUUID: TASK }));
    expect(collector.take()).toEqual({
      ...NO_CHANGES,
      runs: new Map([[RUN, { status: "running" }]]),
      tasks: new Set([TASK]),
      hasNewRuns: true,
    });
    expect(collector.isEmpty()).toBe(true);
    expect(collector.take()).toEqual(NO_CHANGES);
  });

  it("is the workflows where one was saved or removed, whoever did it", () => {
    const collector = collectChanges();
    collector.add(anEvent("1.1", { type: "workflow.saved", data: { name: "mine" } }));
    expect(collector.isEmpty()).toBe(false);
    expect(collector.take()).toEqual({ ...NO_CHANGES, hasWorkflows: true });
    collector.add(anEvent("1.2", { type: "workflow.removed", data: { name: "mine" } }));
    expect(collector.take()).toEqual({ ...NO_CHANGES, hasWorkflows: true });
  });

  it("is everything where somebody tagged or deleted runs: which ones is not said", () => {
    const collector = collectChanges();
    collector.add(anEvent("1.1", { type: "runs.changed", data: { action: "delete", runs: 12 } }));
    expect(collector.take()).toEqual({ ...NO_CHANGES, hasNewRuns: true, isEverything: true });
  });

  it("is the batch, too, where it counts tasks that wait for somebody", () => {
    const of = { runUUID: RUN, taskUUID: TASK, batchUUID: BATCH };
    const batchesAfter = (type: Event["type"]) => {
      const collector = collectChanges();
      collector.add(anEvent("1.1", { type, ...of }));
      return [...collector.take().batches];
    };
    for (const type of ["task.review", "task.held", "task.uncertain", "task.queued", "run.ended"] as const)
      expect([type, batchesAfter(type)]).toEqual([type, [BATCH]]);
    for (const type of ["task.started", "task.progress", "task.ended"] as const)
      expect([type, batchesAfter(type)]).toEqual([type, []]);
  });

  it("is nothing but its record where a worker wrote about a task", () => {
    const collector = collectChanges();
    collector.add(anEvent("1.1", { type: "task.logged", runUUID: RUN, taskUUID: TASK }));
    expect(collector.isEmpty()).toBe(false);
    const taken = collector.take();
    expect(taken).toEqual({ ...NO_CHANGES, records: new Set([RUN, TASK]) });
    collector.addAll(taken);
    expect(collector.take()).toEqual(taken);
  });

  it("is how a run ended, whatever was said of it before", () => {
    const collector = collectChanges();
    collector.add(anEvent("1.1", { type: "run.started", runUUID: RUN, at: "2026-01-01T00:00:01.000Z" }));
    collector.add(
      anEvent("1.2", {
        type: "run.ended",
        runUUID: RUN,
        at: "2026-01-01T00:00:02.000Z",
        data: { status: "failed" },
      }),
    );
    expect(collector.take().runs.get(RUN)).toEqual({
      status: "failed",
      startedAt: "2026-01-01T00:00:01.000Z",
      endedAt: "2026-01-01T00:00:02.000Z",
    });
  });

  it("does not grow with the number of events: beyond a bound everything is asked for again", () => {
    const collector = collectChanges();
    for (let at = 0; at < 10_000; at += 1) {
      collector.add(anEvent(`1.${at}`, { type: "task.ended", runUUID: crypto.randomUUID() as RunUUID }));
    }
    expect(collector.take()).toEqual({ ...NO_CHANGES, hasNewRuns: true, isEverything: true });
  });

  it("put back after a failure gives way to what came meanwhile", () => {
    const collector = collectChanges();
    collector.add(anEvent("1.1", { type: "run.started", runUUID: RUN }));
    const failed = collector.take();
    collector.add(anEvent("1.2", { type: "run.ended", runUUID: RUN, data: { status: "succeeded" } }));
    collector.addAll(failed);
    expect(collector.take().runs.get(RUN)?.status).toBe("succeeded");
  });
});
