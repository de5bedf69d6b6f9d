import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, it, onTestFinished } from "vitest";
import { queryKeys } from "../../../dashboard/src/api/query-keys.ts";
import { createRefresher } from "../../../dashboard/src/live/refresher.ts";
import { anEvent, FakeClock } from "./fake-socket.ts";
import { aRun } from "./run-views.ts";

/** What a page shows, counting how often it was asked for. */
function watch(client: QueryClient, queryKey: readonly unknown[]) {
  const counted = { asked: 0 };
  const observer = new QueryObserver(client, {
    queryKey,
    queryFn: async () => {
      counted.asked += 1;
      return counted.asked;
    },
  });
  onTestFinished(observer.subscribe(() => undefined));
  return counted;
}

it("a heartbeat shows workers and queues anew, and long sums only where something ended since the last", async () => {
  const client = new QueryClient();
  onTestFinished(() => client.clear());
  const clock = new FakeClock();
  const refresher = createRefresher(client, { schedule: clock.schedule });
  const workers = watch(client, queryKeys.workers);
  const queues = watch(client, queryKeys.queues);
  const spending = watch(client, queryKeys.spending({ by: "provider" }));
  const flush = async () => {
    await expect.poll(() => clock.planned.length).toBe(1);
    clock.next();
  };
  await expect.poll(() => [workers.asked, queues.asked, spending.asked]).toEqual([1, 1, 1]);

  refresher.onWorkers();
  await flush();
  await expect.poll(() => [workers.asked, queues.asked]).toEqual([2, 2]);
  expect(spending.asked).toBe(1);

  refresher.onEvent(anEvent("1.1", { type: "run.ended", runUUID: aRun(1).runUUID }));
  await flush();
  refresher.onWorkers();
  await flush();
  await expect.poll(() => spending.asked).toBe(2);
});

it("a change of what is set up here shows keys, owners, settings, limits, queues and models anew, and no runs", async () => {
  const client = new QueryClient();
  onTestFinished(() => client.clear());
  const clock = new FakeClock();
  const refresher = createRefresher(client, { schedule: clock.schedule });
  const { keys, owners, settings, providers, queues, models, overview } = queryKeys;
  const shown = [keys, owners, settings, providers, queues, models].map((key) => watch(client, key));
  const others = [overview, queryKeys.batchList({})].map((key) => watch(client, key));
  const asked = () => [...shown, ...others].map((one) => one.asked);
  await expect.poll(asked).toEqual(Array.from(asked(), () => 1));
  refresher.onInstallation();
  await expect.poll(() => clock.planned.length).toBe(1);
  clock.next();
  await expect.poll(asked).toEqual([...shown.map(() => 2), ...others.map(() => 1)]);
});
