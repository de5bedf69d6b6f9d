import { expect, it } from "vitest";
import { reasonsOf } from "../../../dashboard/src/pages/run/reasons-of.ts";
import type { TaskView } from "../../../src/contracts/run.ts";

const broke = { code: "PROVIDER_FAILED", message: "it broke" };
const task = (step: string, more: Partial<TaskView>) =>
  ({ step, element: null, status: "succeeded", error: null, ...more }) as TaskView;

it("says why a run failed as the run does", () => {
  const error = { code: "IMAGE_UNREADABLE", message: "a.png: no picture" };
  expect(reasonsOf({ error, tasks: [task("faces", { status: "failed", error: broke })] })).toEqual([error]);
});

it("says what a run went on without, each reason once and with its step", () => {
  const tasks = [
    task("faces", {}),
    task("detail", { element: 1, status: "failed", error: broke }),
    task("detail", { element: 2, status: "failed", error: broke }),
    task("webhook", { status: "failed", error: { code: "FETCH_FAILED", message: "answered 500" } }),
  ];
  expect(reasonsOf({ error: null, tasks })).toEqual([
    { code: "PROVIDER_FAILED", message: "step detail 1: it broke" },
    { code: "FETCH_FAILED", message: "step webhook: answered 500" },
  ]);
});

it("says what a task waits for, and not why one is tried again", () => {
  const held = task("detail", { status: "held", error: { code: "BUDGET_EXCEEDED", message: "no money" } });
  expect(
    reasonsOf({ error: null, tasks: [held, task("faces", { status: "queued", error: broke })] }),
  ).toEqual([{ code: "BUDGET_EXCEEDED", message: "step detail: no money", waits: true }]);
});
