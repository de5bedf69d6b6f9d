import {
  hashKey,
  InfiniteQueryObserver,
  MutationObserver,
  QueryClient,
  QueryObserver,
} from "@tanstack/react-query";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { queryKeys, type RunFilter } from "../../../dashboard/src/api/query-keys.ts";
import { runListQuery, runQuery } from "../../../dashboard/src/api/runs.ts";
import { holdList, readNewRuns, releaseList } from "../../../dashboard/src/live/held-lists.ts";
import { showNewRuns } from "../../../dashboard/src/live/refresh-run-lists.ts";
import { createRefresher } from "../../../dashboard/src/live/refresher.ts";
import type { TaskUUID } from "../../../src/contracts/ids.ts";
import type { RunView } from "../../../src/contracts/run.ts";
import { anEvent } from "./fake-socket.ts";
import { aRun, uuidOf } from "./run-views.ts";

/** A server with runs in memory, behind the browser's own `fetch`. */
function serve(runs: RunView[]) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url);
    const uuid = /^\/api\/runs\/([0-9a-f-]+)$/.exec(url)?.[1];
    const run = runs.find(({ runUUID }) => runUUID === uuid);
    const query = new URLSearchParams(url.split("?")[1]);
    const named = query.get("runs")?.split(",");
    const tag = query.get("tag");
    const meant = tag === null ? runs : runs.filter(({ tags }) => tags.includes(tag));
    if (named !== undefined) {
      return Response.json({ runs: meant.filter(({ runUUID }) => named.includes(runUUID)), next: null });
    }
    const before = query.get("before");
    const from = before === null ? 0 : meant.findIndex(({ runUUID }) => runUUID === before) + 1;
    const page = meant.slice(from, from + 50);
    const next = from + 50 < meant.length ? (page.at(-1)?.runUUID ?? null) : null;
    return Response.json(uuid === undefined ? { runs: page, next } : { ...run, tasks: [] });
  });
  return asked;
}

function open(filter: RunFilter = {}) {
  const client = new QueryClient();
  let count = 0;
  const refresher = createRefresher(client, {
    gatherMs: 1,
    failedMs: 1,
    schedule: (task, delayMs) => {
      count += 1;
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
  });
  onTestFinished(() => {
    refresher.close();
    client.clear();
  });
  const list = new InfiniteQueryObserver(client, { ...runListQuery(filter), retry: false });
  onTestFinished(list.subscribe(() => undefined));
  const shown = () => list.getCurrentResult().data?.pages.flatMap(({ runs }) => runs) ?? [];
  return { client, refresher, list, shown, rounds: () => count };
}

describe("events", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("bring a new run into the list, and how it ends, with its result", async () => {
    const runs = [aRun(1)];
    serve(runs);
    const { refresher, shown } = open();
    await expect.poll(shown).toHaveLength(1);
    runs.unshift(aRun(2));
    refresher.onEvent(anEvent("1.1", { type: "run.created", runUUID: uuidOf(2) }));
    await expect.poll(() => shown().map(({ file }) => file)).toEqual(["2.png", "1.png"]);
    runs[0] = aRun(2, { status: "succeeded", workflow: "with its result" });
    refresher.onEvent(
      anEvent("1.2", { type: "run.ended", runUUID: uuidOf(2), data: { status: "succeeded" } }),
    );
    await expect.poll(() => shown()[0]?.workflow).toBe("with its result");
  });

  it("of a run far down the list fetch that one, and not the pages before it", async () => {
    const runs = Array.from({ length: 120 }, (_, at) => aRun(120 - at));
    const asked = serve(runs);
    const { refresher, list, shown } = open();
    await expect.poll(shown).toHaveLength(50);
    await list.fetchNextPage();
    await expect.poll(shown).toHaveLength(100);
    asked.length = 0;
    runs[90] = aRun(30, { status: "failed" });
    refresher.onEvent(anEvent("1.1", { type: "run.ended", runUUID: uuidOf(30), data: { status: "failed" } }));
    await expect.poll(() => asked).toEqual(["/api/runs?limit=50", `/api/runs?runs=${uuidOf(30)}&limit=200`]);
    await expect.poll(() => shown()[90]?.status).toBe("failed");
    expect(shown()).toHaveLength(100);
  });

  it("that were missed while the connection was lost bring every run of the list up to date, and take those away that are gone", async () => {
    const runs = Array.from({ length: 120 }, (_, at) => aRun(120 - at));
    serve(runs);
    const { refresher, list, shown } = open();
    await expect.poll(shown).toHaveLength(50);
    await list.fetchNextPage();
    await expect.poll(shown).toHaveLength(100);
    runs[90] = aRun(30, { status: "failed" });
    runs.splice(80, 1);
    refresher.onOpen();
    await expect.poll(() => shown()).toHaveLength(99);
    expect(shown()[89]).toMatchObject({ runUUID: uuidOf(30), status: "failed" });
  });

  it("take a run out of a list that no longer means it, wherever in the list it was", async () => {
    const runs = Array.from({ length: 120 }, (_, at) => aRun(120 - at, { tags: ["good"] }));
    serve(runs);
    const { refresher, list, shown } = open({ tag: "good" });
    await expect.poll(shown).toHaveLength(50);
    await list.fetchNextPage();
    await expect.poll(shown).toHaveLength(100);
    for (const at of [5, 90]) {
      const uuid = uuidOf(120 - at);
      runs[at] = aRun(120 - at, { tags: [] });
      refresher.onEvent(anEvent(`1.${at}`, { type: "run.ended", runUUID: uuid }));
      await expect.poll(() => shown().map(({ runUUID }) => runUUID)).not.toContain(uuid);
    }
    expect(shown()).toHaveLength(98);
  });

  it("leave a list alone that is read further down, but for how its runs stand, and say how many are new", async () => {
    const runs = [aRun(2), aRun(1)];
    serve(runs);
    const { client, refresher, shown } = open();
    await expect.poll(shown).toHaveLength(2);
    const hash = hashKey(queryKeys.runList({}));
    holdList(hash);
    onTestFinished(() => releaseList(hash));
    runs[1] = aRun(1, { status: "failed" });
    runs.unshift(aRun(4), aRun(3));
    refresher.onEvent(anEvent("1.1", { type: "run.created", runUUID: uuidOf(4) }));
    await expect.poll(() => shown()[1]?.status).toBe("failed");
    expect(shown().map(({ file }) => file)).toEqual(["2.png", "1.png"]);
    expect(readNewRuns(hash)).toEqual({ count: 2, isMore: false });
    await showNewRuns(client, {});
    expect(shown().map(({ file }) => file)).toEqual(["4.png", "3.png", "2.png", "1.png"]);
    expect(readNewRuns(hash)).toEqual({ count: 0, isMore: false });
  });

  it("in a burst cost a few requests, and the page shows what was last", async () => {
    const runs = [aRun(1)];
    const asked = serve(runs);
    const { refresher, shown } = open();
    await expect.poll(shown).toHaveLength(1);
    asked.length = 0;
    for (let at = 0; at < 10_000; at += 1) {
      refresher.onEvent(anEvent(`1.${at}`, { type: "task.progress", runUUID: uuidOf(1) }));
    }
    runs[0] = aRun(1, { status: "partial" });
    refresher.onEvent(anEvent("2.1", { type: "run.ended", runUUID: uuidOf(1), data: { status: "partial" } }));
    await expect.poll(() => shown()[0]?.status).toBe("partial");
    expect(asked.length).toBeLessThan(5);
  });

  it("of how far a provider is with a task ask for nothing", async () => {
    const asked = serve([aRun(2), aRun(1)]);
    const { client, refresher } = open();
    const pages = [1, 2].map((at) => new QueryObserver(client, { ...runQuery(uuidOf(at)), retry: false }));
    for (const page of pages) onTestFinished(page.subscribe(() => undefined));
    await expect.poll(() => pages.every((page) => page.getCurrentResult().isSuccess)).toBe(true);
    asked.length = 0;
    const taskUUID = uuidOf(9) as string as TaskUUID;
    const data = { step: "paint", region: 0, share: 0.3 };
    refresher.onEvent(anEvent("1.1", { type: "task.progress", runUUID: uuidOf(1), taskUUID, data }));
    refresher.onEvent(anEvent("1.2", { type: "run.ended", runUUID: uuidOf(2), data: { status: "failed" } }));
    await expect.poll(() => asked).toContain(`/api/runs/${uuidOf(2)}`);
    expect(asked).not.toContain(`/api/runs/${uuidOf(1)}`);
  });

  it("that come while a run is loaded for the first time are not lost", async () => {
    const runs = [aRun(1)];
    serve(runs);
    const answers: ((response: Response) => void)[] = [];
    const serving = globalThis.fetch;
    vi.stubGlobal("fetch", (url: string) =>
      url.endsWith(uuidOf(1)) && answers.length === 0
        ? new Promise<Response>((resolve) => answers.push(resolve))
        : serving(url),
    );
    const { client, refresher } = open();
    const one = new QueryObserver(client, { ...runQuery(uuidOf(1)), retry: false });
    onTestFinished(one.subscribe(() => undefined));
    await expect.poll(() => answers).toHaveLength(1);
    const stale = Response.json({ ...aRun(1), tasks: [] });
    runs[0] = aRun(1, { status: "succeeded" });
    refresher.onEvent(
      anEvent("1.1", { type: "run.ended", runUUID: uuidOf(1), data: { status: "succeeded" } }),
    );
    answers[0]?.(stale);
    await expect.poll(() => one.getCurrentResult().data?.status).toBe("succeeded");
  });

  it("do not take back what somebody foresees, and are shown once the server has answered", async () => {
    const runs = [aRun(2), aRun(1)];
    const asked = serve(runs);
    const { client, refresher, rounds } = open();
    const pages = [1, 2].map((at) => new QueryObserver(client, { ...runQuery(uuidOf(at)), retry: false }));
    for (const page of pages) onTestFinished(page.subscribe(() => undefined));
    await expect.poll(() => pages.every((page) => page.getCurrentResult().isSuccess)).toBe(true);
    asked.length = 0;
    const server = { answer: () => undefined as unknown };
    const ended = new MutationObserver(client, {
      mutationKey: queryKeys.run(uuidOf(1)),
      mutationFn: () => new Promise((resolve) => Object.assign(server, { answer: resolve })),
    }).mutate();
    await expect.poll(() => client.isMutating()).toBe(1);
    for (const at of [1, 2])
      refresher.onEvent(anEvent(`1.${at}`, { type: "task.ended", runUUID: uuidOf(at) }));
    await expect.poll(() => asked).toContain(`/api/runs/${uuidOf(2)}`);
    expect(asked).not.toContain(`/api/runs/${uuidOf(1)}`);
    const began = rounds();
    await expect.poll(rounds).toBeGreaterThan(began + 4);
    expect(asked.filter((url) => url === `/api/runs/${uuidOf(2)}`)).toHaveLength(1);
    server.answer();
    await ended;
    await expect.poll(() => asked).toContain(`/api/runs/${uuidOf(1)}`);
  });

  it("are asked for again after a failure", async () => {
    const runs = [aRun(1)];
    serve(runs);
    const { refresher, shown } = open();
    await expect.poll(shown).toHaveLength(1);
    const serving = globalThis.fetch;
    let failures = 1;
    vi.stubGlobal("fetch", (url: string) => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new TypeError("connection refused")) : serving(url);
    });
    runs.unshift(aRun(2));
    refresher.onEvent(anEvent("1.1", { type: "run.created", runUUID: uuidOf(2) }));
    await expect.poll(() => shown().length, { timeout: 10_000 }).toBe(2);
  });
});
