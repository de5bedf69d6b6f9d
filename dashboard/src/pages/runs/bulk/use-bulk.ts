import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import type { RunView } from "../../../../../src/contracts/run.ts";
import { changeRuns, type RerunChanges, rerunRuns, tagRuns, type WhichRuns } from "../../../api/bulk.ts";
import { queryKeys } from "../../../api/query-keys.ts";
import { showToast } from "../../../components/toast-store.ts";
import { EVERYTHING } from "../../../live/changes.ts";
import { refreshRunLists } from "../../../live/refresh-run-lists.ts";
import { BULK_KINDS } from "./bulk-kinds.ts";
import { addOutcome, type BulkOutcome, NO_OUTCOME, sayOutcome } from "./bulk-outcome.ts";
import { type Foreseen, foresee } from "./foresee.ts";

export type BulkChange = Foreseen | ({ readonly name: "rerun" } & RerunChanges);

export interface BulkProgress {
  readonly name: BulkChange["name"];
  readonly outcome: BulkOutcome;
  stop(): void;
}

/** Runs of one request by their names. */
const MOST_NAMED = 10_000;

export interface Bulk {
  run(change: BulkChange, which: WhichRuns): Promise<void>;
  /** Null while nothing is under way. */
  readonly progress: BulkProgress | null;
  /** Runs as they will be; as they are again where it fails. Whatever is fetched meanwhile does not undo it. */
  foresee(runs: readonly RunView[]): readonly RunView[];
}

/** Does something to many runs, however many requests it takes: shown at once, taken back where it fails, told in the end. */
export function useBulk(onDone: () => void): Bulk {
  const client = useQueryClient();
  const [progress, setProgress] = useState<BulkProgress | null>(null);
  const [foreseen, setForeseen] = useState<{ change: BulkChange; which: WhichRuns } | null>(null);
  const isBusy = useRef(false);

  const run = async (change: BulkChange, which: WhichRuns): Promise<void> => {
    if (isBusy.current) return;
    isBusy.current = true;
    const stopping = new AbortController();
    setForeseen({ change, which });
    let total = NO_OUTCOME;
    const tell = () => setProgress({ name: change.name, outcome: total, stop: () => stopping.abort() });
    tell();
    try {
      for await (const outcome of doAll(change, which, stopping.signal)) {
        total = addOutcome(total, outcome);
        tell();
      }
      onDone();
      showToast(sayOutcome(change.name, total, stopping.signal.aborted));
    } catch (error) {
      setForeseen(null);
      const why = error instanceof Error ? error.message : String(error);
      const text = `${BULK_KINDS[change.name].doing} did not succeed: ${why}. ${sayOutcome(change.name, total).text}`;
      showToast({ tone: "bad", text });
    } finally {
      isBusy.current = false;
      setProgress(null);
      await refresh(client);
      setForeseen(null);
    }
  };
  const foreseeRuns = useCallback(
    (runs: readonly RunView[]) => (foreseen === null ? runs : showForeseen(runs, foreseen)),
    [foreseen],
  );
  return { run, progress, foresee: foreseeRuns };
}

function showForeseen(
  runs: readonly RunView[],
  { change, which }: { readonly change: BulkChange; readonly which: WhichRuns },
): readonly RunView[] {
  if (change.name === "rerun") return runs;
  const named = "runs" in which ? new Set(which.runs) : null;
  return foresee(runs, change, (uuid) => named?.has(uuid) ?? true);
}

async function* doAll(
  change: BulkChange,
  which: WhichRuns,
  stopping: AbortSignal,
): AsyncGenerator<BulkOutcome> {
  for (const part of partsOf(which)) {
    let before: string | null = null;
    do {
      /* A request under way is let end: what it did must be counted. */
      if (stopping.aborted) return;
      const request: WhichRuns & { before?: string } = before === null ? part : { ...part, before };
      const answer: { outcome: BulkOutcome; next: string | null } = await ask(change, request);
      yield answer.outcome;
      before = answer.next;
    } while (before !== null);
  }
}

async function ask(change: BulkChange, which: WhichRuns & { before?: string }) {
  if (change.name === "rerun") {
    const { name: _, ...changes } = change;
    const { begun, refused, next } = await rerunRuns({ ...which, ...changes });
    const left = refused.reduce((sum, { runs }) => sum + runs, 0);
    return { outcome: { matched: begun + left, changed: begun, refused }, next };
  }
  const { matched, changed, next } =
    change.name === "tag"
      ? await tagRuns({ ...which, add: change.add, remove: change.remove })
      : await changeRuns({ ...which, action: change.name });
  return { outcome: { matched, changed, refused: [] }, next };
}

function partsOf(which: WhichRuns): readonly WhichRuns[] {
  if ("filter" in which) return [which];
  const parts = Math.ceil(which.runs.length / MOST_NAMED);
  return Array.from({ length: parts }, (_, at) => ({
    runs: which.runs.slice(at * MOST_NAMED, (at + 1) * MOST_NAMED),
  }));
}

async function refresh(client: QueryClient): Promise<void> {
  const isDone = await refreshRunLists(client, EVERYTHING).catch(() => false);
  if (!isDone) await client.invalidateQueries({ queryKey: queryKeys.runLists });
  await client.invalidateQueries({ queryKey: queryKeys.runCounts });
}
