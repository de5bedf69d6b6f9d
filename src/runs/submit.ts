import type { Digest, OwnerUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import { type BatchUUID, newBatchUUID, newRunUUID, newTaskUUID } from "../contracts/ids.ts";
import type { JsonObject } from "../contracts/json.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { advanceRun } from "../engine/advance.ts";
import { waysForInputs } from "../engine/chosen-way.ts";
import { expectedModel } from "../engine/expected-model.ts";
import { planRun } from "../engine/plan.ts";
import type { ResolvedWorkflow } from "../engine/resolve.ts";
import { fallbackPlaces } from "../engine/resolved-workflow.ts";
import { type ErrorRecord, namingFile, toErrorRecord } from "../errors.ts";
import { createBatch } from "../store/batches.ts";
import { noteFollowing } from "../store/followers.ts";
import { createRuns, failRuns, type NewRun, newRunState, type StartedRun, startRuns } from "../store/runs.ts";
import type { Store } from "../store/store.ts";
import { digestOf } from "./identity.ts";
import { assertMayBegin } from "./owner-limits.ts";
import { type Flight, followLeaders } from "./single-flight.ts";

export interface Batch {
  readonly batchUUID: BatchUUID;
  readonly owner: OwnerUUID;
  readonly workflow: Workflow;
  readonly workflowDigest: Digest;
  readonly resolved: ResolvedWorkflow;
}

export interface BatchRequest extends Omit<Batch, "batchUUID"> {
  readonly inputs: JsonObject;
  readonly resumeKey?: string;
  /** Interactive work is served before batches. */
  readonly interactive: boolean;
  /** Where it is neither of the two. */
  readonly priority?: number;
}

/** BullMQ serves lower numbers first. */
export const PRIORITY = { interactive: 0, batch: 10 } as const;

export async function openBatch(
  store: Store,
  request: BatchRequest,
  batchUUID = newBatchUUID(),
): Promise<Batch> {
  const { owner, workflow, workflowDigest, resolved } = request;
  await assertMayBegin(store.db, owner);
  await createBatch(store.db, {
    batchUUID,
    owner,
    workflow,
    workflowDigest,
    resolved,
    inputs: request.inputs,
    resumeKey: request.resumeKey ?? null,
    priority: request.priority ?? (request.interactive ? PRIORITY.interactive : PRIORITY.batch),
  });
  store.wakeUps.notify("events");
  return { batchUUID, owner, workflow, workflowDigest, resolved };
}

/** A picture that waits for its run: `prepare` reads and stores it, and may fail without harming the others. */
export interface Submission {
  readonly file: string;
  /** Where it was chosen before. */
  readonly runUUID?: RunUUID;
  readonly prepare: (runUUID: RunUUID) => Promise<PreparedRun>;
}

export interface PreparedRun {
  /** All inputs of the workflow, images as `{ uuid, meta }`. */
  readonly inputs: JsonObject;
  /** Digest of content, workflow and inputs; null = never reused. */
  readonly identity: string | null;
}

export type Submitted = {
  readonly file: string;
  readonly runUUID: RunUUID;
  readonly error: ErrorRecord | null;
  /** Of what was prepared; null where that failed, too. */
  readonly identity: string | null;
};

/** With the name of its picture. */
export type ReadyRun = StartedRun & Pick<NewRun, "file">;

export interface SubmitOptions {
  /** Makes each write, and may make it again where its fate is not known: none is done twice by that. */
  readonly write?: (work: () => Promise<void>) => Promise<void>;
  /** Ends those of the runs that need not be done, and says which are left to be started. */
  readonly takeOver?: (runs: readonly ReadyRun[]) => Promise<readonly StartedRun[]>;
}

/**
 * Begins a run for each picture: rows first, so that a file that cannot even be read has a runUUID and an error; then
 * everything that could be prepared starts in one transaction.
 */
export async function submitRuns(
  store: Store,
  batch: Batch,
  submissions: readonly Submission[],
  { write = (work) => work(), takeOver = async (ready) => ready }: SubmitOptions = {},
): Promise<Submitted[]> {
  const runs = submissions.map(
    ({ file, runUUID = newRunUUID() }): NewRun => ({
      runUUID,
      batchUUID: batch.batchUUID,
      owner: batch.owner,
      workflowDigest: batch.workflowDigest,
      file,
    }),
  );
  await write(() => createRuns(store.db, runs));
  const ready: ReadyRun[] = [];
  const failed: { runUUID: RunUUID; error: ErrorRecord }[] = [];
  await Promise.all(
    runs.map(async (run, at) => {
      try {
        const prepared = await submissions[at]?.prepare(run.runUUID);
        if (prepared !== undefined) ready.push({ ...beginRun(batch, run, prepared), file: run.file });
      } catch (error) {
        failed.push({ runUUID: run.runUUID, error: namingFile(toErrorRecord(error), run.file) });
      }
    }),
  );
  if (failed.length > 0) await write(() => failRuns(store.db, failed));
  const started = await takeOver(ready);
  if (started.length > 0) {
    const flight = await followLeaders(store, batch, started);
    await write(() => startFlight(store, flight));
  }
  store.wakeUps.notify("events", "ready");
  const errors = new Map(failed.map(({ runUUID, error }) => [runUUID, error]));
  const identities = new Map(ready.map(({ runUUID, identity }) => [runUUID, identity]));
  return runs.map(({ file, runUUID }) => ({
    file,
    runUUID,
    error: errors.get(runUUID) ?? null,
    identity: identities.get(runUUID) ?? null,
  }));
}

function startFlight({ db }: Store, { started, following }: Flight): Promise<void> {
  if (following.length === 0) return startRuns(db, started);
  return db.transaction().execute(async (transaction) => {
    await startRuns(transaction, started);
    await noteFollowing(transaction, following);
  });
}

/** A run with everything that is decided at its beginning; nothing is written yet. */
export function beginRun(
  batch: Pick<Batch, "workflow" | "resolved">,
  run: NewRun,
  { inputs, identity }: PreparedRun,
  newUUID: () => TaskUUID = newTaskUUID,
): StartedRun {
  const tasks = planRun(batch.workflow, waysForInputs(batch.resolved, inputs), newUUID, Math.random);
  const advance = advanceRun(batch.workflow, batch.resolved, newRunState(run, inputs, tasks), newUUID);
  return {
    runUUID: run.runUUID,
    batchUUID: run.batchUUID,
    owner: run.owner,
    identity,
    inputs,
    tasks,
    advance,
  };
}

/**
 * What makes two runs the same work: content, workflow, inputs, and what the batch resolved.
 * @param meta what the workflow can see of the picture beside its content: metaIdentity
 */
export function runIdentity(
  batch: Batch,
  contentDigests: readonly string[],
  inputs: JsonObject,
  meta: JsonObject | null = null,
): string {
  /* By name: a batch that was read from the database has its steps in another order. */
  const steps = Object.entries(waysForInputs(batch.resolved, inputs).steps).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const models = steps.map(([id, step]) => {
    const { provider, model, modelDigest } = expectedModel(step, id, inputs);
    return [provider, model, modelDigest, ...fallbackPlaces(step).map((place) => place.modelDigest)];
  });
  const work = [batch.workflowDigest, contentDigests, inputs, models];
  return digestOf(meta === null ? work : [...work, meta]);
}
