import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { keepProgress, taskProgressQuery } from "../../../dashboard/src/live/task-progress.ts";
import type { TaskUUID } from "../../../src/contracts/ids.ts";
import type { Event } from "../../../src/contracts/run.ts";
import { anEvent } from "./fake-socket.ts";
import { uuidOf } from "./run-views.ts";

const TASK = uuidOf(1) as string as TaskUUID;
const NOTHING_ELSE = { sampling: null, preview: null };
let client: QueryClient;
beforeEach(() => {
  client = new QueryClient();
});

const tell = (type: Event["type"], data: Event["data"] = {}) =>
  keepProgress(client, anEvent("1.1", { type, taskUUID: TASK, data }));

/** Somebody who has the task's page open. */
function look() {
  const looking = new QueryObserver(client, taskProgressQuery(TASK));
  onTestFinished(looking.subscribe(() => undefined));
  return () => [...(looking.getCurrentResult().data ?? [])];
}

it("is what each region was told last, in their order, until it is done", () => {
  const shown = look();
  expect(shown()).toEqual([]);
  expect(tell("task.progress", { step: "s", region: 1, share: 0.2 })).toBe(true);
  tell("task.progress", { step: "s", region: 0, share: 0.5 });
  tell("task.progress", { step: "s", region: 1, share: 0.4 });
  expect(shown()).toEqual([
    [0, { share: 0.5, ...NOTHING_ELSE }],
    [1, { share: 0.4, ...NOTHING_ELSE }],
  ]);
  tell("task.progress", { step: "s", region: 0, share: 1 });
  expect(shown()).toEqual([[1, { share: 0.4, ...NOTHING_ELSE }]]);
  tell("task.progress", { step: "s", region: 1, share: 0 });
  expect(shown()).toEqual([]);
});

it("says at which step it is, and where it is seen", () => {
  const shown = look();
  const sampling = { step: 3, steps: 20 };
  tell("task.progress", { region: 0, share: 0.15, sampling, preview: { callUUID: "c", version: 2 } });
  const preview = "/api/calls/c/preview?version=2";
  expect(shown()).toEqual([[0, { share: 0.15, sampling, preview }]]);
  tell("task.progress", { region: 0, share: 0.2, sampling: [], preview: { callUUID: 5 } });
  expect(shown()).toEqual([[0, { share: 0.2, ...NOTHING_ELSE }]]);
});

it.each(["task.started", "task.retrying", "task.ended"] as const)("is nothing any more after %s", (type) => {
  const shown = look();
  tell("task.progress", { region: 0, share: 0.5 });
  expect(tell(type)).toBe(false);
  expect(shown()).toEqual([]);
});

it("is kept of no task that nobody looks at, however many are told of", () => {
  expect(tell("task.progress", { region: 0, share: 0.5 })).toBe(true);
  expect(client.getQueryCache().getAll()).toEqual([]);
});

it("does not fail at what it does not understand", () => {
  const shown = look();
  for (const data of [{}, { region: "first", share: 0.5 }, { region: 0 }])
    expect(tell("task.progress", data)).toBe(true);
  expect(shown()).toEqual([]);
});

it("is asked of nobody when everything is asked for anew", async () => {
  const shown = look();
  tell("task.progress", { region: 0, share: 0.5 });
  await client.invalidateQueries();
  expect(shown()).toEqual([[0, { share: 0.5, ...NOTHING_ELSE }]]);
});
