import fc from "fast-check";
import { expect, it } from "vitest";
import type { Event } from "../../src/contracts/run.ts";
import { createEventFeed } from "../../src/runs/event-feed.ts";
import { isWanted } from "../../src/runs/event-filter.ts";
import { comesAfter, type EventFilter } from "../../src/store/events.ts";
import { createFakeEventLog, ownerOf, runOf, type Subject, turns, until } from "./fake-event-log.ts";
import { type Follower, follow } from "./feed-follower.ts";

/* Transactions that commit in any order, pages that come, go and come back at another server, wake-ups that are lost. */

interface Page {
  readonly filter: EventFilter;
  readonly start: string;
  /** Before it came back. */
  readonly seen: Event[];
  current: Follower;
}

/** Two servers on one log, and whoever follows there. */
function createHistory(lengths: readonly number[], polls: boolean) {
  let at = 0;
  const log = createFakeEventLog(3, () => lengths[at++ % lengths.length] ?? 0);
  const patience = { pollMs: polls ? 1 : 2 ** 30, passMs: polls ? 0 : 2 ** 30, mostWaiting: 4 };
  const feeds = [createEventFeed(log, patience), createEventFeed(log, patience)] as const;
  const open: (() => void)[] = [];
  const pages: Page[] = [];
  const pageOf = (which: number) => pages[which % Math.max(1, pages.length)];
  return {
    log,
    pages,
    write(subjects: readonly Subject[]) {
      open.push(log.write(...subjects));
    },
    commit(which: number, isTold: boolean) {
      for (const commit of open.splice(which % Math.max(1, open.length), 1)) commit();
      if (isTold) log.tell();
    },
    async come(server: 0 | 1, owner: number, run: number | null, isNew: boolean) {
      const filter = { owner: ownerOf(owner), ...(run === null ? {} : { run: runOf(run) }) };
      const start = isNew ? await log.now() : "0.0";
      pages.push({ filter, start, seen: [], current: follow(feeds[server], filter, start) });
    },
    async comeBack(which: number, server: 0 | 1) {
      const page = pageOf(which);
      if (page === undefined) return;
      await page.current.leave();
      page.seen.push(...page.current.seen);
      page.current = follow(feeds[server], page.filter, page.seen.at(-1)?.cursor ?? page.start);
    },
    pause: (which: number) => pageOf(which)?.current.pause(),
    resume: (which: number) => pageOf(which)?.current.resume(),
    /** Everything commits, and everybody reads. */
    end() {
      for (const commit of open) commit();
      for (const { current } of pages) current.resume();
      log.tell();
    },
  };
}
type History = ReturnType<typeof createHistory>;

const [number, server] = [fc.nat(9), fc.constantFrom(0 as const, 1 as const)];
const [owner, run] = [fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 })];
const subjects = fc.array(fc.record({ owner, run }), { minLength: 1, maxLength: 4 });
const act = <Given extends unknown[]>(
  given: { [At in keyof Given]: fc.Arbitrary<Given[At]> },
  perform: (history: History, ...given: Given) => unknown,
) => fc.tuple<Given>(...given).map((drawn) => (history: History) => perform(history, ...drawn));
const step = fc.oneof(
  act([subjects], (history, written) => history.write(written)),
  act([number, fc.boolean()], (history, which, isTold) => history.commit(which, isTold)),
  act([server, owner, fc.option(run), fc.boolean()], (history, ...page) => history.come(...page)),
  act([number, server], (history, which, at) => history.comeBack(which, at)),
  act([number], (history, which) => history.pause(which)),
  act([number], (history, which) => history.resume(which)),
  act([fc.nat(8)], (_, count) => turns(count)),
);

it("whatever happens, each page is told all that it wants after its cursor, in order and once", async () => {
  const delays = fc.array(fc.nat(3), { minLength: 1, maxLength: 20 });
  const steps = fc.array(step, { maxLength: 80 });
  const property = fc.asyncProperty(steps, delays, fc.boolean(), async (performed, lengths, polls) => {
    const history = createHistory(lengths, polls);
    const { log, pages } = history;
    for (const perform of performed) await perform(history);
    history.end();
    const wanted = pages.map(({ filter, start }) =>
      log
        .committed()
        .filter((told) => isWanted(filter, told) && comesAfter(told.event.cursor, start))
        .map(({ event }) => event.cursor),
    );
    const told = () =>
      pages.map(({ seen, current }) => [...seen, ...current.seen].map(({ cursor }) => cursor));
    await until(() => told().every((cursors, page) => cursors.length >= (wanted[page]?.length ?? 0)));
    await turns(10);
    expect(told()).toEqual(wanted);
    await Promise.all(pages.map(({ current }) => current.leave()));
  });
  await fc.assert(property, { numRuns: 3_000 });
});
