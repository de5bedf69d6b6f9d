import { MutationObserver, QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { queryKeys } from "../../../dashboard/src/api/query-keys.ts";
import {
  cancelled,
  retried,
  withTaskCancelled,
  withTaskRetried,
} from "../../../dashboard/src/pages/run/actions/foreseen-run.ts";
import { actionOptions } from "../../../dashboard/src/pages/run/actions/use-action.ts";
import type { RunDetail, TaskView } from "../../../src/contracts/run.ts";

const task = (taskUUID: string, status: TaskView["status"], more: Partial<TaskView> = {}) =>
  ({ taskUUID, status, error: null, output: null, endedAt: null, ...more }) as TaskView;
const run = (status: RunDetail["status"], ...tasks: TaskView[]) =>
  ({
    runUUID: "r",
    file: "two.png",
    status,
    tasks,
    endedAt: null,
    error: null,
    output: null,
  }) as unknown as RunDetail;
const statuses = ({ status, tasks }: RunDetail) => [status, ...tasks.map((one) => one.status)];
const AT = "2026-01-01T00:00:00.000Z";
const clock = () => AT;

describe("how a run will stand", () => {
  it("is cancelled with all that is not done, and what is done stays", () => {
    const before = run("running", task("a", "succeeded"), task("b", "running"), task("c", "waiting"));
    const after = cancelled(before, clock);
    expect(statuses(after)).toEqual(["cancelled", "succeeded", "cancelled", "cancelled"]);
    expect([after.endedAt, after.tasks[0]?.endedAt, after.tasks[2]?.endedAt]).toEqual([AT, null, AT]);
    expect(statuses(withTaskCancelled(before, "b", clock))).toEqual([
      "running",
      "succeeded",
      "cancelled",
      "waiting",
    ]);
  });

  it("goes on with what came to nothing, and keeps what did not", () => {
    const error = { code: "PROVIDER_FAILED", message: "busy" } as const;
    const before = {
      ...run(
        "failed",
        task("a", "succeeded"),
        task("b", "failed", { error }),
        task("c", "skipped", { error }),
        task("d", "skipped"),
      ),
      ...{ endedAt: AT, error },
    };
    expect(statuses(retried(before))).toEqual(["running", "succeeded", "waiting", "waiting", "skipped"]);
    expect([retried(before).endedAt, retried(before).error]).toEqual([null, null]);
    expect(statuses(withTaskRetried(before, "b"))).toEqual([
      "running",
      "succeeded",
      "waiting",
      "skipped",
      "skipped",
    ]);
  });
});

describe("what is done to a run", () => {
  const begin = (answer: Promise<unknown>) => {
    const client = new QueryClient();
    const said: string[] = [];
    client.setQueryData(queryKeys.run("r"), run("running", task("a", "running")));
    const shown = () => statuses(client.getQueryData<RunDetail>(queryKeys.run("r")) ?? run("queued"));
    const options = actionOptions(client, "r", ({ tone, text }) => said.push(`${tone}: ${text}`));
    const ended = new MutationObserver(client, options)
      .mutate({
        act: () => answer,
        foresee: cancelled,
        done: "Cancelled.",
        failed: "two.png was not cancelled",
      })
      .catch(() => undefined);
    return { client, said, shown, ended };
  };

  it("is shown before the server has answered", async () => {
    const server = { answer: () => undefined as unknown };
    const { client, said, shown, ended } = begin(
      new Promise((resolve) => Object.assign(server, { answer: resolve })),
    );
    await new Promise((done) => setImmediate(done));
    expect(client.isMutating({ mutationKey: queryKeys.run("r") })).toBe(1);
    expect([shown(), said]).toEqual([["cancelled", "cancelled"], []]);
    server.answer();
    await ended;
    expect([shown(), said]).toEqual([["cancelled", "cancelled"], ["good: Cancelled."]]);
  });

  it("is taken back where the server refuses it, which is told with what it was about", async () => {
    const { said, shown, ended } = begin(Promise.reject(new Error("it has ended")));
    await ended;
    expect([shown(), said]).toEqual([
      ["running", "running"],
      ["bad: two.png was not cancelled: it has ended"],
    ]);
  });
});
