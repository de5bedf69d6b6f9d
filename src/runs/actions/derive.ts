import { ArtifactUUID, newBatchUUID, newRunUUID, newTaskUUID, type RunUUID } from "../../contracts/ids.ts";
import type { JsonObject } from "../../contracts/json.ts";
import type { TaskStatus } from "../../contracts/run.ts";
import { advanceRun } from "../../engine/advance.ts";
import { applyChanges } from "../../engine/apply-advance.ts";
import { waysForInputs } from "../../engine/chosen-way.ts";
import { planRun } from "../../engine/plan.ts";
import type { PlannedTask, RunState, TaskChange, TaskState } from "../../engine/run-state.ts";
import { MaskloomError } from "../../errors.ts";
import { insertBatch } from "../../store/batches.ts";
import { loadRun, writeDerivedRun } from "../../store/derived-run.ts";
import { newRunState } from "../../store/runs.ts";
import { assertMayBegin } from "../owner-limits.ts";
import type { PreparedWorkflow } from "../prepare-workflow.ts";
import type { Services } from "../services.ts";
import { PRIORITY } from "../submit.ts";
import { type Actor, audit, notThere } from "./actor.ts";

export type DeriveServices = Pick<Services, "store" | "artifacts" | "models">;

/** A run that is made anew: the old one stays as it is, the new one takes over what does not change. */
export interface Derivation {
  readonly original: RunState;
  readonly prepared: PreparedWorkflow;
  /** All inputs of the workflow, images as `{ uuid, meta }`. */
  readonly inputs: JsonObject;
  /** Whether a task of the original is done again. */
  readonly isRedone: (task: Pick<TaskState, "step" | "element">) => boolean;
  /** With new seeds and without the cache, or with the seeds of the original. */
  readonly fresh: boolean;
}

/** @throws NOT_FOUND; CONFLICT where it has not ended, or never had anything to be done */
export async function loadOriginal(
  { store }: DeriveServices,
  actor: Actor,
  runUUID: RunUUID,
): Promise<RunState> {
  const loaded = await store.db.transaction().execute((db) => loadRun(db, actor.owner, runUUID));
  if (loaded === null) throw notThere("run", runUUID);
  if (loaded.ended && loaded.state.tasks.length > 0) return loaded.state;
  const fault = loaded.ended
    ? "its picture was never taken in; submit it again"
    : "it is under way; wait for its end";
  throw new MaskloomError(
    "CONFLICT",
    `run ${runUUID}: expected one that has ended, with its tasks: ${fault}`,
  );
}

/** Begins the new run, in a batch of its own that is served before folders. @returns its UUID */
export async function beginDerivedRun(
  services: DeriveServices,
  actor: Actor,
  derivation: Derivation,
  action: { readonly name: string; readonly detail: JsonObject },
): Promise<RunUUID> {
  const { store } = services;
  const { original, prepared, inputs } = derivation;
  const { owner } = actor;
  await assertMayBegin(store.db, owner);
  const batchUUID = newBatchUUID();
  const run = {
    runUUID: newRunUUID(),
    batchUUID,
    owner,
    workflowDigest: prepared.workflowDigest,
    file: original.file,
  };
  const { tasks, reused, told, fresh } = await planDerived(services, actor, derivation);
  const state = applyChanges(newRunState(run, inputs, tasks), reused);
  const advance = advanceRun(prepared.workflow, prepared.resolved, state, newTaskUUID);
  const started = {
    runUUID: run.runUUID,
    batchUUID,
    owner,
    identity: null,
    inputs,
    tasks,
    advance: { ...advance, tasks: [...reused, ...advance.tasks] },
  };
  const scalars = Object.fromEntries(Object.entries(inputs).filter(([, value]) => typeof value !== "object"));
  await store.db.transaction().execute(async (db) => {
    const batch = { batchUUID, owner, ...prepared, inputs: scalars, resumeKey: null };
    await insertBatch(db, { ...batch, priority: PRIORITY.interactive });
    await writeDerivedRun(db, { run, started, derivedFrom: original.runUUID, inputs: told, fresh });
    await audit(db, actor, action.name, original.runUUID, { ...action.detail, made: run.runUUID });
  });
  store.wakeUps.notify("events", "ready", "ended");
  return run.runUUID;
}

interface DerivedPlan {
  readonly tasks: readonly PlannedTask[];
  readonly reused: readonly TaskChange[];
  readonly told: readonly { readonly taskUUID: PlannedTask["taskUUID"]; readonly input: unknown }[];
  readonly fresh: readonly PlannedTask["taskUUID"][];
}

const FINISHED: ReadonlySet<TaskStatus> = new Set(["succeeded", "cached", "skipped"]);

/** The tasks of the new run, one for each of the original's that is still meant; those taken over have their results. */
async function planDerived(
  services: DeriveServices,
  actor: Actor,
  { original, prepared, inputs, isRedone, fresh }: Derivation,
): Promise<DerivedPlan> {
  const resolved = waysForInputs(prepared.resolved, inputs);
  const planned = planRun(prepared.workflow, resolved, newTaskUUID, Math.random);
  const pairs: { task: PlannedTask; reuse: TaskState | null }[] = [];
  for (const gather of planned) {
    const known = original.tasks.filter(({ step }) => step === gather.step);
    const own = known.find(({ element }) => element === null);
    const reuse = await reusable(services, actor, own, isRedone);
    const again = fresh ? gather : { ...gather, seed: own?.seed ?? gather.seed };
    pairs.push({ task: reuse === null ? again : asPlanned(reuse, gather), reuse });
    for (const element of known.filter((one) => one.element !== null)) {
      const reused = await reusable(services, actor, element, isRedone);
      if (reused !== null) pairs.push({ task: asPlanned(reused, gather, element.element), reuse: reused });
    }
  }
  const taken = pairs.flatMap(({ task, reuse }) => (reuse === null ? [] : [{ task, reuse }]));
  return {
    tasks: pairs.map(({ task }) => task),
    reused: taken.map(({ task, reuse }) => takeOver(task, reuse)),
    told: taken.map(({ task, reuse }) => ({ taskUUID: task.taskUUID, input: reuse.input })),
    fresh: fresh ? pairs.filter(({ reuse }) => reuse === null).map(({ task }) => task.taskUUID) : [],
  };
}

async function reusable(
  { artifacts }: DeriveServices,
  { owner }: Actor,
  task: TaskState | undefined,
  isRedone: Derivation["isRedone"],
): Promise<TaskState | null> {
  if (task === undefined || !FINISHED.has(task.status) || isRedone(task)) return null;
  const values: unknown[] =
    typeof task.output === "object" && task.output !== null ? Object.values(task.output) : [];
  const uuids = values.flatMap((value) => ArtifactUUID.safeParse(value).data ?? []);
  const there = await Promise.all(uuids.map((uuid) => artifacts.has(owner, uuid)));
  return there.every(Boolean) ? task : null; // what somebody removed is made again
}

function asPlanned(reuse: TaskState, plan: PlannedTask, element: number | null = null): PlannedTask {
  const { taskType, provider, model, seed } = reuse;
  const taskUUID = element === null ? plan.taskUUID : newTaskUUID();
  return { ...plan, taskUUID, element, taskType, provider, model, seed };
}

/** A skipped step stays skipped: that tells how a run ended. */
function takeOver({ taskUUID }: PlannedTask, { status, output }: TaskState): TaskChange {
  const end = status === "skipped" ? "skipped" : "cached";
  return { taskUUID, status: end, output, error: null, warnings: [], failures: 0, losses: 0 };
}
