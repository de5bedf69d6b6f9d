import type { RunPages } from "../../../dashboard/src/live/merge-runs.ts";
import type { BatchUUID, Digest, RunUUID } from "../../../src/contracts/ids.ts";
import type { RunView } from "../../../src/contracts/run.ts";
import type { RunPage } from "../../../src/contracts/run-list.ts";

export function uuidOf(number: number): RunUUID {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}` as RunUUID;
}

/** Larger numbers are newer. What lists do not look at is left out. */
export function aRun(number: number, run: Partial<RunView> = {}): RunView {
  const known = {
    runUUID: uuidOf(number),
    batchUUID: uuidOf(0) as string as BatchUUID,
    workflow: "face-detail",
    workflowDigest: "0".repeat(64) as Digest,
    file: `${number}.png`,
    status: "queued",
    inputs: {},
    output: null,
    outputs: null,
    error: null,
    warnings: [],
    derivedFrom: null,
    createdAt: "2026-01-01T00:00:00.000Z",
    startedAt: null,
    endedAt: null,
  } as const;
  return { ...known, ...run } as RunView;
}

/** Newest first, from one number down to another; there is more where `hasMore`. */
export function aPage(newest: number, oldest: number, hasMore = true): RunPage {
  const runs = Array.from({ length: newest - oldest + 1 }, (_, at) => aRun(newest - at));
  return { runs, next: hasMore ? uuidOf(oldest) : null };
}

export function pagesOf(...pages: RunPage[]): RunPages {
  return { pages, pageParams: pages.map((_, at) => (at === 0 ? null : (pages[at - 1]?.next ?? null))) };
}

export function numbersOf({ pages }: RunPages): number[] {
  return pages.flatMap(({ runs }) => runs.map(({ file }) => Number.parseInt(file, 10)));
}
