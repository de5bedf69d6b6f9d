import { findFinishedRuns } from "../../store/resume.ts";
import { type TakenOver, takeOverRuns } from "../../store/take-over.ts";
import { withPictures } from "../finished-runs.ts";
import { mentionsRun } from "../mentions-run.ts";
import type { Services } from "../services.ts";
import type { Batch, ReadyRun } from "../submit.ts";

/**
 * The same picture, workflow, inputs and models were done before, and all results are still stored: such a run ends at
 * once with them, whatever its seeds would have been, and no provider is paid again.
 * @param again only what this batch itself has done is not done again
 * @returns the runs that are left to do
 */
export async function takeOverFinished(
  { store, artifacts }: Pick<Services, "store" | "artifacts">,
  { owner, batchUUID, workflow }: Batch,
  ready: readonly ReadyRun[],
  again: boolean,
): Promise<readonly ReadyRun[]> {
  const sameFile = mentionsRun(workflow);
  const wanted = ready.flatMap(({ file, identity }) => (identity === null ? [] : [{ file, identity }]));
  const which = { sameFile, ...(again ? { batch: batchUUID } : {}) };
  const finished = await findFinishedRuns(store.db, owner, null, wanted, which);
  const there = await withPictures(artifacts, owner, finished);
  const known = ready.flatMap(({ runUUID, file, identity, inputs }): TakenOver[] => {
    const earlier = there.get(file)?.runUUID;
    return earlier === undefined ? [] : [{ runUUID, earlier, identity, inputs }];
  });
  const taken = new Set(await takeOverRuns(store.db, owner, known));
  return ready.filter(({ runUUID }) => !taken.has(runUUID));
}
