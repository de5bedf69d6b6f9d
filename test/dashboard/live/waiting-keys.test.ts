import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { queryKeys } from "../../../dashboard/src/api/query-keys.ts";
import { NO_CHANGES } from "../../../dashboard/src/live/changes.ts";
import { waitingKeysOf } from "../../../dashboard/src/live/waiting-keys.ts";

const REVIEWS = queryKeys.waiting("reviews");
const PARKED = queryKeys.waiting("parked");
const some = { ...NO_CHANGES, tasks: new Set(["some task"]) };

it("counts what waits again where one more came to wait", () => {
  const client = new QueryClient();
  const run = (change: object) => ({ ...NO_CHANGES, runs: new Map([["run", change]]) });
  expect(waitingKeysOf(client, run({ isAsked: true }))).toEqual([REVIEWS]);
  expect(waitingKeysOf(client, run({ isParked: true }))).toEqual([PARKED]);
  expect(waitingKeysOf(client, run({ status: "running" }))).toEqual([]);
});

it("counts it again where a task went on while some wait, and not for every task while none does", () => {
  const client = new QueryClient();
  expect(waitingKeysOf(client, some)).toEqual([]);
  client.setQueryData(REVIEWS, { total: 2 });
  client.setQueryData(PARKED, { total: 0 });
  expect(waitingKeysOf(client, some)).toEqual([REVIEWS]);
  expect(waitingKeysOf(client, NO_CHANGES)).toEqual([]);
});
