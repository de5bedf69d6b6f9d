import type { BatchUUID } from "../../contracts/ids.ts";
import { isSameForInputs } from "../../engine/chosen-way.ts";
import { digestOf } from "../../runs/identity.ts";
import type { Services } from "../../runs/services.ts";
import { type Batch, openBatch } from "../../runs/submit.ts";
import { readBatchBudget } from "../../store/batch-budget.ts";
import { findResumableBatch } from "../../store/batches.ts";
import { cancelRuns } from "../../store/cancel.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import { setBatchBudget } from "../../store/parked.ts";
import {
  type EarlierRun,
  findSupersededBatches,
  findUnfinishedRuns,
  reopenBatch,
} from "../../store/resume.ts";
import type { RunBatchOptions } from "./batch-options.ts";
import type { RunPlan } from "./planned-run.ts";

export interface RunBatch {
  readonly batch: Batch;
  /** Begins the resume keys of all batches into this folder. */
  readonly scope: string;
  /** Runs of an interrupted command that still go on; empty for a new batch. */
  readonly unfinished: readonly EarlierRun[];
}

type OpenOptions = Pick<RunBatchOptions, "overwrite" | "maxCost" | "display">;

/**
 * The batch that an interrupted command of the same kind left behind, or a new one. What other unfinished commands left
 * for this folder is cancelled: its results have no place to go.
 */
export async function openRunBatch(
  services: Services,
  plan: RunPlan,
  { overwrite, maxCost, display }: OpenOptions,
): Promise<RunBatch> {
  const { store } = services;
  const { workflow, workflowDigest, resolved } = plan.prepared;
  const scope = digestOf(plan.results.address).slice(0, 32);
  const resumeKey = `${scope}-${digestOf([workflowDigest, workflow.name, plan.inputs]).slice(0, 32)}`;
  const earlier = overwrite ? null : await findSameBatch(services, plan, resumeKey);
  const kept = earlier?.batchUUID ?? null;
  for (const superseded of await findSupersededBatches(store.db, LOCAL_OWNER, scope, kept)) {
    await cancelRuns(store.db, LOCAL_OWNER, { batch: superseded });
    store.wakeUps.notify("cancelled");
  }
  const request = { owner: LOCAL_OWNER, workflow, workflowDigest, resolved };
  if (earlier !== null && (await reopenBatch(store.db, LOCAL_OWNER, earlier.batchUUID))) {
    const lifted = await limitCost(services, earlier.batchUUID, maxCost);
    if (lifted !== null)
      display.note(
        `no --max-cost: the limit of $${lifted} that was set before no longer holds; --max-cost sets one`,
      );
    store.wakeUps.notify("ready");
    const unfinished = await findUnfinishedRuns(store.db, earlier.batchUUID);
    return { batch: { ...request, ...earlier }, scope, unfinished };
  }
  const batch = await openBatch(store, { ...request, inputs: plan.inputs, resumeKey, interactive: false });
  await limitCost(services, batch.batchUUID, maxCost);
  return { batch, scope, unfinished: [] };
}

/** A command means what it says: without a number there is no limit. @returns the one that is lifted */
async function limitCost({ store }: Services, batch: BatchUUID, maxCost: number | undefined) {
  const before = await readBatchBudget(store.db, batch);
  await setBatchBudget(store.db, LOCAL_OWNER, batch, maxCost ?? null);
  return maxCost === undefined ? (before?.maxCost ?? null) : null;
}

/**
 * A batch whose models were resolved otherwise, before an upgrade say, is not gone on with. What became of providers that
 * are not asked for makes no difference, unless rows of a table ask for their own: then any may be asked for. What sidecars
 * say is read with each picture, when this is long decided.
 */
async function findSameBatch(
  { store }: Services,
  { prepared, inputs, named }: RunPlan,
  resumeKey: string,
): Promise<Pick<Batch, "batchUUID" | "resolved"> | null> {
  const batchUUID = await findResumableBatch(store.db, LOCAL_OWNER, resumeKey);
  if (batchUUID === null) return null;
  const { resolved } = await store.batchContext(batchUUID);
  return isSameForInputs(resolved, prepared.resolved, inputs, named) ? { batchUUID, resolved } : null;
}
