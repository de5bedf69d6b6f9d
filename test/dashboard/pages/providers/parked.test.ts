import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import { queryKeys } from "../../../../dashboard/src/api/query-keys.ts";
import { NO_CHANGES } from "../../../../dashboard/src/live/changes.ts";
import { parkedKeysOf } from "../../../../dashboard/src/live/parked-keys.ts";
import {
  decisionsFor,
  isAskedAbout,
  meaningOf,
  reservedBy,
  titleOf,
} from "../../../../dashboard/src/pages/providers/parked/decisions.ts";
import { parkedReasons } from "../../../../dashboard/src/pages/providers/parked/reasons.ts";
import { readProvidersSearch } from "../../../../dashboard/src/pages/providers/providers-search.ts";
import type { ParkedTask } from "../../../../src/contracts/parked.ts";

const HELD = [{ status: "held", hasEnded: false }] as const;
const UNCERTAIN = [{ status: "uncertain", hasEnded: false }] as const;
const BOTH = [...HELD, ...UNCERTAIN];
const ENDED = [{ status: "uncertain", hasEnded: true }] as const;

describe("what can be decided about tasks that wait", () => {
  it("is to book a bill only where one is in doubt", () => {
    expect(decisionsFor(HELD)).toEqual(["resend", "giveUp"]);
    expect(decisionsFor(UNCERTAIN)).toEqual(["resend", "markBilled", "giveUp"]);
    expect(decisionsFor(BOTH)).toEqual(["resend", "markBilled", "giveUp"]);
  });

  it("is nothing but the bill where a task has ended: there is nothing to be sent again", () => {
    expect(decisionsFor(ENDED)).toEqual(["markBilled", "giveUp"]);
    expect(decisionsFor([...ENDED, ...UNCERTAIN])).toContain("resend");
    expect(meaningOf("giveUp", ENDED)).toContain("stays as it ended");
    expect(meaningOf("giveUp", [...ENDED, ...UNCERTAIN])).toContain("the task fails");
  });

  it("is asked about before wherever money or the task is lost by it", () => {
    expect(isAskedAbout("resend", HELD)).toBe(false);
    expect(isAskedAbout("resend", BOTH)).toBe(true);
    expect(isAskedAbout("giveUp", HELD)).toBe(true);
    expect([titleOf("resend", HELD), titleOf("resend", UNCERTAIN)]).toEqual(["Try now", "Send again"]);
  });

  it("tells what is reserved for calls of which nobody knows, and not for those that are settled", () => {
    const call = (state: "sent" | "uncertain" | "failed" | "answered", reservedCost: number) => ({
      callUUID: "c",
      provider: "p",
      model: "m",
      region: 0,
      state,
      reservedCost,
      realCost: null,
      providerId: null,
      error: null,
      sentAt: null,
      endedAt: null,
    });
    const tasks = [{ calls: [call("uncertain", 0.1), call("failed", 5)] }, { calls: [call("sent", 0.2)] }];
    expect(reservedBy(tasks)).toBeCloseTo(0.3);
  });
});

describe("why tasks wait", () => {
  const aTask = (taskUUID: string, message: string, more: Partial<ParkedTask> = {}) =>
    ({
      taskUUID,
      status: "held",
      hasEnded: false,
      provider: "cloud",
      ...more,
      error: { code: "C", message },
    }) as ParkedTask;
  const reached = (limit: string, spent: string) =>
    `provider cloud: maxCost.day allows $${limit}, of which $${spent} are spent or reserved; the next call may cost $0.01. It goes on`;
  const said = (tasks: readonly ParkedTask[]) =>
    parkedReasons(tasks).map((reason) => [reason.message, reason.tasks.map(({ taskUUID }) => taskUUID)]);

  it("is said once for all that wait for the same, whatever was spent when each came, with what was spent last", () => {
    expect(said([aTask("a", reached("0.03", "0.0210")), aTask("b", reached("0.03", "0.0226"))])).toEqual([
      [reached("0.03", "0.0226"), ["a", "b"]],
    ]);
  });

  it("is another one at another limit, at another provider, and where a bill is in doubt", () => {
    const message = reached("0.03", "0.0210");
    const tasks = [
      aTask("a", message),
      aTask("b", reached("0.05", "0.0210")),
      aTask("c", message, { provider: "studio" }),
      aTask("d", message, { status: "uncertain" }),
      aTask("e", message),
    ];
    expect(said(tasks).map(([, uuids]) => uuids)).toEqual([["a", "e"], ["b"], ["c"], ["d"]]);
  });
});

describe("the list of tasks that wait", () => {
  const client = new QueryClient();
  client.setQueryData(queryKeys.parkedList({}), { tasks: [{ taskUUID: "t1" }], total: 1 });
  const keys = (changes: object) => parkedKeysOf(client, { ...NO_CHANGES, ...changes });

  it("is asked for again where a task came to wait or one of it went on, and not for any other", () => {
    expect(keys({ runs: new Map([["r", { isParked: true }]]) })).toContainEqual(queryKeys.parkedLists);
    expect(keys({ tasks: new Set(["t1"]) })).toContainEqual(queryKeys.parkedLists);
    expect(keys({ tasks: new Set(["t2"]) })).toEqual([]);
    expect(keys({ hasWorkers: true })).toEqual([queryKeys.providers]);
  });

  it("is filtered by its address, in which nothing strange is taken for a filter", () => {
    const batch = "C22FC44D-8748-4A6D-8E3F-B0E42A7AE2E8";
    expect(readProvidersSearch({ provider: "forge", status: "held", batch })).toEqual({
      provider: "forge",
      status: "held",
      batch: batch.toLowerCase(),
    });
    expect(readProvidersSearch({ provider: "../x", status: "running", batch: "7" })).toEqual({});
  });
});
