import {
  newBatchUUID,
  newTaskUUID,
  type OwnerUUID,
  type RunUUID,
  type TaskUUID,
} from "../../contracts/ids.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { beginApiTasks, isTakenTask, type NewApiTask } from "../../store/api-tasks.ts";
import type { NewBatch } from "../../store/batches.ts";
import { throughOutages } from "../../store/connection-loss.ts";
import type { Store } from "../../store/store.ts";
import { assertMayBegin } from "../owner-limits.ts";
import type { Picture } from "../pictures/pictures.ts";
import { beginRun, PRIORITY } from "../submit.ts";
import type { Delivery } from "./delivery.ts";
import type { PreparedTask } from "./prepare-task.ts";

export interface TaskToBegin {
  readonly owner: OwnerUUID;
  readonly taskUUID: TaskUUID;
  readonly taskType: string;
  readonly runUUID: RunUUID;
  readonly prepared: PreparedTask;
  readonly delivery: Delivery;
  readonly digest: string;
  /** As it is kept: pictures by UUID. */
  readonly request: JsonObject;
  /** The workflow's inputs that are pictures, by the fields of the request. */
  readonly pictures: ReadonlyMap<string, Picture>;
  readonly followUp: NewApiTask["followUp"];
}

/** The request's field that is the workflow's input `image`, and so what the run is called after. */
const MAIN_FIELDS = ["inputImage", "seedImage"];

/**
 * Begins a task: everything it needs is stored when this resolves, and it will be done whatever becomes of this process.
 * @throws RATE_LIMITED where its owner may begin nothing more today
 * @returns false where the client's UUID was taken meanwhile; then nothing was written
 */
export async function beginTask(store: Store, task: TaskToBegin): Promise<boolean> {
  await assertMayBegin(store.db, task.owner);
  const write = (row: NewApiTask) => throughOutages(() => beginApiTasks(store.db, [row]));
  /* The engine's task has the client's UUID, unless somebody else's has it. */
  const begun = await write(newApiTask(task, [task.taskUUID])).catch((error: unknown) => {
    if (!isTakenTask(error)) throw error;
    return write(newApiTask(task, []));
  });
  store.wakeUps.notify("events", "ready");
  return begun.has(task.runUUID);
}

function newApiTask(task: TaskToBegin, uuids: readonly TaskUUID[]): NewApiTask {
  const { owner, taskUUID, taskType, runUUID, prepared, delivery, digest, request, followUp } = task;
  const { workflow, workflowDigest, resolved } = prepared;
  const batchUUID = newBatchUUID();
  const file = MAIN_FIELDS.find((field) => task.pictures.has(field)) ?? "image";
  const batch: NewBatch = {
    batchUUID,
    owner,
    workflow,
    workflowDigest,
    resolved,
    inputs: {},
    resumeKey: null,
    priority: PRIORITY.interactive,
  };
  const left = [...uuids];
  const run = beginRun(
    batch,
    { runUUID, batchUUID, owner, workflowDigest, file },
    { inputs: inputsOf(task), identity: null },
    () => left.shift() ?? newTaskUUID(),
  );
  const isPromised = delivery.isAsync || followUp !== null;
  return {
    owner,
    taskUUID,
    taskType,
    digest,
    request,
    delivery,
    runUUID,
    followUp,
    batch,
    run,
    file,
    isPromised,
  };
}

function inputsOf({ prepared, pictures }: TaskToBegin): JsonObject {
  const images = [...pictures].map(([field, { uuid, width, height }]) => [
    MAIN_FIELDS.includes(field) ? "image" : "mask",
    { uuid, meta: { width, height, name: field, folder: "" } },
  ]);
  const seed = "seed" in prepared.workflow.inputs ? { seed: prepared.seed ?? null } : {};
  return { ...Object.fromEntries(images), ...seed };
}
