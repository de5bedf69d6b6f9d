import type { InfiniteData } from "@tanstack/react-query";
import type { RunView } from "../../../src/contracts/run.ts";
import type { RunPage } from "../../../src/contracts/run-list.ts";
import type { RunChange } from "./changes.ts";

export type RunPages = InfiniteData<RunPage, string | null>;

/** A page that grows at its head is cut off here; what comes after is loaded again when somebody scrolls there. */
const LONGEST_FIRST_PAGE = 400;

/**
 * The newest runs, just fetched, put before those that a list has: nothing twice, nothing left out. Where the two do not
 * meet, so many runs came meanwhile that the list begins anew.
 */
export function mergeHead(pages: RunPages, head: RunPage): RunPages {
  const [first, ...rest] = pages.pages;
  const isEmpty = pages.pages.every(({ runs }) => runs.length === 0);
  if (first === undefined || isEmpty || head.next === null) return onePage(pages, head);
  const isFresh = new Set<string>(head.runs.map(({ runUUID }) => runUUID));
  const older = first.runs.filter(({ runUUID }) => !isFresh.has(runUUID));
  const meets = first.runs.length === 0 || older.length < first.runs.length;
  if (!meets) return onePage(pages, head);
  const runs = [...head.runs, ...older];
  const last = runs[LONGEST_FIRST_PAGE - 1];
  if (runs.length > LONGEST_FIRST_PAGE && last !== undefined) {
    return onePage(pages, { runs: runs.slice(0, LONGEST_FIRST_PAGE), next: last.runUUID });
  }
  return {
    ...pages,
    pages: [
      { runs, next: first.next },
      ...rest.map((page) => ({
        ...page,
        runs: page.runs.filter(({ runUUID }) => !isFresh.has(runUUID)),
      })),
    ],
  };
}

/** Runs that were fetched by their names take the place of what the list has of them; those that are gone have none. */
export function replaceRuns(
  pages: RunPages,
  runs: ReadonlyMap<string, RunView>,
  gone: ReadonlySet<string> = new Set(),
): RunPages {
  const replaced = mapRuns(pages, (run) => runs.get(run.runUUID) ?? run);
  return gone.size === 0 ? replaced : removeRuns(replaced, gone);
}

/** Without these. A list goes on after the last that is left: one that is gone has no place in it. */
export function removeRuns(pages: RunPages, gone: ReadonlySet<string>): RunPages {
  let last: RunView | undefined;
  const left = pages.pages.map((page) => {
    const runs = page.runs.filter(({ runUUID }) => !gone.has(runUUID));
    last = runs.at(-1) ?? last;
    const isNextGone = page.next !== null && gone.has(page.next);
    return { runs, next: isNextGone ? (last?.runUUID ?? null) : page.next };
  });
  return { ...pages, pages: left };
}

/** A page that was fetched again, with the objects that the list has of runs that are as they were: those are not drawn again. */
export function keepSame(pages: RunPages, page: RunPage): RunPage {
  const known = new Map(pages.pages.flatMap(({ runs }) => runs.map((run) => [run.runUUID, run] as const)));
  return {
    ...page,
    runs: page.runs.map((run) => {
      const before = known.get(run.runUUID);
      return before !== undefined && JSON.stringify(before) === JSON.stringify(run) ? before : run;
    }),
  };
}

/** What events said of runs, ahead of what will be fetched. A run that has ended is not set back by an event from before. */
export function patchRuns(pages: RunPages, changes: ReadonlyMap<string, RunChange>): RunPages {
  return mapRuns(pages, (run) => {
    const change = changes.get(run.runUUID);
    if (change === undefined) return run;
    if (run.endedAt !== null && change.endedAt === undefined) return run;
    if (change.status === undefined) return { ...run, ...change };
    /* Something goes on in it again; whether it waits for anything is known when it is fetched. */
    const { parked: _, ...rest } = run;
    return { ...rest, ...change };
  });
}

export function runUuidsOf(pages: RunPages): Set<string> {
  return new Set(pages.pages.flatMap(({ runs }) => runs.map(({ runUUID }) => runUUID)));
}

/** Keeps the identity of whatever did not change, so that nothing is drawn again for nothing. */
function mapRuns(pages: RunPages, map: (run: RunView) => RunView): RunPages {
  let changed = false;
  const mapped = pages.pages.map((page) => {
    const runs = page.runs.map(map);
    if (runs.every((run, at) => run === page.runs[at])) return page;
    changed = true;
    return { ...page, runs };
  });
  return changed ? { ...pages, pages: mapped } : pages;
}

function onePage(pages: RunPages, page: RunPage): RunPages {
  return { ...pages, pages: [page], pageParams: pages.pageParams.slice(0, 1) };
}
