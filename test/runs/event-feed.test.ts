import { describe, expect, it, vi } from "vitest";
import { createEventFeed, type EventFeed } from "../../src/runs/event-feed.ts";
import { followFeed } from "../../src/runs/follow.ts";
import { createFakeEventLog, type FakeEventLog, ownerOf, runOf, turns, until } from "./fake-event-log.ts";
import { follow } from "./feed-follower.ts";

/** Nobody polls, so that what is read was asked for. */
const NO_POLL = { pollMs: 2 ** 30, passMs: 2 ** 30 };
const commitAll = (log: FakeEventLog, count: number, owner = 1, run = 1) => {
  for (let at = 0; at < count; at++) log.write({ owner, run })();
  log.tell();
};

describe("a feed of events", () => {
  it("reads what is new once, however many follow", async () => {
    const log = createFakeEventLog(500);
    const feed = createEventFeed(log, NO_POLL);
    const pages = Array.from({ length: 64 }, () => follow(feed, { owner: ownerOf(1) }, "10.0"));
    await turns(20);
    const before = log.reads.length;
    for (let wakeUp = 0; wakeUp < 5; wakeUp++) {
      commitAll(log, 3);
      await until(() => pages.every(({ seen }) => seen.length === 3 * (wakeUp + 1)));
      await turns(5);
    }
    expect(log.reads.length - before).toBe(5);
    const [first] = pages;
    expect(first?.seen).toHaveLength(15);
    for (const { seen } of pages) expect(seen).toEqual(first?.seen);
    await Promise.all(pages.map((page) => page.leave()));
  });

  it("reads nothing while nobody follows, and begins anew with the next one", async () => {
    const log = createFakeEventLog(500);
    const feed = createEventFeed(log, { pollMs: 1 });
    const page = follow(feed, {}, "10.0");
    await until(() => log.reads.length > 2);
    await page.leave();
    await turns(5);
    const before = log.reads.length;
    commitAll(log, 2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log.reads.length).toBe(before);
    const next = follow(feed, {}, "10.0");
    await until(() => next.seen.length === 2);
    expect(next.seen).toHaveLength(2);
    await next.leave();
  });

  it("tells each what it asked for: no owner hears another's, and no run another's", async () => {
    const log = createFakeEventLog(500);
    const feed = createEventFeed(log, NO_POLL);
    const filters = [
      { owner: ownerOf(1) },
      { owner: ownerOf(2) },
      { owner: ownerOf(1), run: runOf(1) },
      /* As a client may write it. */
      { owner: ownerOf(2), run: runOf(2).toUpperCase() as ReturnType<typeof runOf> },
      /* Somebody else's run. */
      { owner: ownerOf(2), run: runOf(1) },
    ];
    const pages = filters.map((filter) => follow(feed, filter, "10.0"));
    await turns(20);
    for (const run of [1, 2, 3, 4]) commitAll(log, 2, run % 2 === 1 ? 1 : 2, run);
    await until(() => pages[0]?.seen.length === 4 && pages[1]?.seen.length === 4);
    const runs = pages.map(({ seen }) => seen.map(({ runUUID }) => runUUID));
    const twice = (...numbers: number[]) => numbers.flatMap((run) => [runOf(run), runOf(run)]);
    expect(runs).toEqual([twice(1, 3), twice(2, 4), twice(1), twice(2), []]);
    await Promise.all(pages.map((page) => page.leave()));
  });

  it("tells nobody again what another server told before, which was ahead of its reader", async () => {
    const log = createFakeEventLog(500);
    const feed = createEventFeed(log, NO_POLL);
    const staying = follow(feed, {}, "10.0");
    await turns(20);
    for (let at = 0; at < 4; at++) log.write({ owner: 1, run: 1 })(); // and nobody says so here
    const coming = follow(feed, {}, log.committed()[1]?.event.cursor ?? "");
    await until(() => staying.seen.length === 4);
    await turns(5);
    expect(staying.seen).toHaveLength(4);
    expect(coming.seen).toEqual(staying.seen.slice(2));
    await Promise.all([staying.leave(), coming.leave()]);
  });

  it("asks the database for what all who follow have in common", async () => {
    const log = createFakeEventLog(500);
    const feed = createEventFeed(log, NO_POLL);
    const one = follow(feed, { owner: ownerOf(1), run: runOf(1) }, "10.0");
    await turns(20);
    expect(log.reads.at(-1)).toEqual({ owner: ownerOf(1), run: runOf(1) });
    const two = follow(feed, { owner: ownerOf(1) }, "10.0");
    await turns(20);
    expect(log.reads.at(-1)).toEqual({ owner: ownerOf(1) });
    const three = follow(feed, { owner: ownerOf(2) }, "10.0");
    await turns(20);
    expect(log.reads.at(-1)).toEqual({});
    await Promise.all([one, two, three].map((page) => page.leave()));
  });

  it("lets go who does not read, keeps nothing for them, and leaves nothing out when they do", async () => {
    const log = createFakeEventLog(50);
    const feed = createEventFeed(log, { ...NO_POLL, mostWaiting: 20 });
    let seats = 0;
    const counted: EventFeed = {
      log,
      join(filter) {
        seats += 1;
        return feed.join(filter);
      },
    };
    const [slow, quick] = [follow(counted, {}, "10.0"), follow(feed, {}, "10.0")];
    await turns(20);
    slow.pause();
    for (let burst = 0; burst < 40; burst++) {
      commitAll(log, 10);
      await until(() => quick.seen.length === 10 * (burst + 1));
    }
    expect(quick.seen).toHaveLength(400);
    expect(slow.seen).toHaveLength(1);
    const before = log.reads.length;
    slow.resume();
    await until(() => slow.seen.length === 400);
    expect(slow.seen).toEqual(quick.seen);
    /* What was not kept for it, it has read by itself. */
    expect(log.reads.length - before).toBeGreaterThanOrEqual(400 / 50);
    expect(seats).toBeGreaterThan(1);
    await Promise.all([slow.leave(), quick.leave()]);
  });

  it("looks again where a look fails for a moment, and leaves nothing out", async () => {
    const log = createFakeEventLog(500);
    let failures = 0;
    const breaking: FakeEventLog = {
      ...log,
      read: (range, filter) =>
        failures-- > 0 ? Promise.reject(new Error("statement timeout")) : log.read(range, filter),
    };
    const feed = createEventFeed(breaking, { ...NO_POLL, retryMs: 1 });
    const pages = [1, 2].map(() => follow(feed, {}, "10.0"));
    await turns(20);
    failures = 3;
    commitAll(log, 2);
    await vi.waitFor(() => {
      for (const { seen } of pages) expect(seen).toHaveLength(2);
    });
    await Promise.all(pages.map((page) => page.leave()));
  });

  it("hands what stays to all, and reads again for whoever comes back", async () => {
    const log = createFakeEventLog(500);
    let isBroken = false;
    const breaking: FakeEventLog = {
      ...log,
      read: (range, filter) =>
        isBroken ? Promise.reject(new Error("no such table")) : log.read(range, filter),
    };
    const feed = createEventFeed(breaking, { ...NO_POLL, retryMs: 1 });
    const reading = [1, 2].map(() => followFeed(feed, {}, "10.0", new AbortController().signal).next());
    await turns(20);
    isBroken = true;
    log.tell();
    for (const each of reading) await expect(each).rejects.toThrow("no such table");
    isBroken = false;
    commitAll(log, 1);
    const back = follow(feed, {}, "10.0");
    await until(() => back.seen.length === 1);
    expect(back.seen).toHaveLength(1);
    await back.leave();
  });

  it("sends all away where the log went back, instead of waiting for numbers that are long given", async () => {
    const log = createFakeEventLog(500);
    const feed = createEventFeed(log, { ...NO_POLL, passMs: 0 });
    commitAll(log, 5);
    const next = followFeed(feed, {}, "15.0", new AbortController().signal).next();
    await turns(20);
    log.forgetAll();
    log.tell();
    await expect(next).rejects.toMatchObject({ code: "ENGINE_UNAVAILABLE" });
  });
});
