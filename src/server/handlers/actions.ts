import type { z } from "zod";
import type { ChangeBatch, QueueList, RerollRun, RerunRun, RetriedBatch } from "../../contracts/actions.ts";
import type { BatchUUID, RunUUID, TaskUUID } from "../../contracts/ids.ts";
import { MaskloomError } from "../../errors.ts";
import type { Actor } from "../../runs/actions/actor.ts";
import {
  cancelRun as cancelOne,
  cancelTask as cancelOneTask,
  cancelBatch as cancelWhole,
} from "../../runs/actions/cancel.ts";
import { withLimits } from "../../runs/actions/queue-limits.ts";
import { rerollRun as rerollOne, rerollTask as rerollOneTask } from "../../runs/actions/reroll.ts";
import { rerunRun as rerunOne } from "../../runs/actions/rerun.ts";
import {
  retryFailed as retryAll,
  retryRun as retryOne,
  retryTask as retryOneTask,
} from "../../runs/actions/retry.ts";
import { listKnownQueues, prioritizeBatch, steerBatch, steerQueue } from "../../runs/actions/steer.ts";
import { readBatch } from "../../store/batch-view.ts";
import { readTask } from "../../store/views.ts";
import { findRun } from "../find-run.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";

/* What is done to runs, tasks, batches and queues; each answers with what it was done to, as it stands then. */

type Run<Body = undefined> = ApiRequest<{ runUUID: RunUUID }, unknown, Body>;
type Task = ApiRequest<{ taskUUID: TaskUUID }>;
type Batch<Body = undefined> = ApiRequest<{ batchUUID: BatchUUID }, unknown, Body>;
type Queue = ApiRequest<{ name: string }>;

export const actorOf = ({ owner, caller }: Pick<ApiRequest, "owner" | "caller">): Actor => ({
  owner,
  via: "api",
  key: caller?.keyId ?? null,
});

export async function retryRun(request: Run, { store }: ApiServices): Promise<ApiAnswer> {
  const { runUUID } = request.params;
  await retryOne(store, actorOf(request), runUUID);
  return { status: 202, body: await findRun(store, request.owner, runUUID) };
}

/** Cancelling one that has ended changes nothing. */
export async function cancelRun(request: Run, { store }: ApiServices): Promise<ApiAnswer> {
  const { runUUID } = request.params;
  await cancelOne(store, actorOf(request), runUUID);
  return { status: 200, body: await findRun(store, request.owner, runUUID) };
}

export async function rerollRun(
  request: Run<z.output<typeof RerollRun>>,
  services: ApiServices,
): Promise<ApiAnswer> {
  const { runUUID } = request.params;
  return madeRun(request, services, await rerollOne(services, actorOf(request), runUUID, request.body.from));
}

export async function rerunRun(
  request: Run<z.output<typeof RerunRun>>,
  services: ApiServices,
): Promise<ApiAnswer> {
  const { runUUID } = request.params;
  return madeRun(request, services, await rerunOne(services, actorOf(request), runUUID, request.body));
}

export async function rerollTask(request: Task, services: ApiServices): Promise<ApiAnswer> {
  return madeRun(request, services, await rerollOneTask(services, actorOf(request), request.params.taskUUID));
}

export async function retryTask(request: Task, { store }: ApiServices): Promise<ApiAnswer> {
  const { taskUUID } = request.params;
  await retryOneTask(store, actorOf(request), taskUUID);
  return { status: 202, body: await readTask(store.db, request.owner, taskUUID) };
}

export async function cancelTask(request: Task, { store }: ApiServices): Promise<ApiAnswer> {
  const { taskUUID } = request.params;
  await cancelOneTask(store, actorOf(request), taskUUID);
  return { status: 200, body: await readTask(store.db, request.owner, taskUUID) };
}

export async function pauseBatch(request: Batch, { store }: ApiServices): Promise<ApiAnswer> {
  await steerBatch(store, actorOf(request), request.params.batchUUID, "pause");
  return answerBatch(request, store);
}

export async function resumeBatch(request: Batch, { store }: ApiServices): Promise<ApiAnswer> {
  await steerBatch(store, actorOf(request), request.params.batchUUID, "resume");
  return answerBatch(request, store);
}

export async function cancelBatch(request: Batch, { store }: ApiServices): Promise<ApiAnswer> {
  await cancelWhole(store, actorOf(request), request.params.batchUUID);
  return answerBatch(request, store);
}

export async function changeBatch(
  request: Batch<z.output<typeof ChangeBatch>>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  await prioritizeBatch(store, actorOf(request), request.params.batchUUID, request.body.priority);
  return answerBatch(request, store);
}

export async function retryFailed(request: Batch, { store }: ApiServices): Promise<ApiAnswer> {
  const { batchUUID } = request.params;
  await findBatch(request, store);
  const count = await retryAll(store, actorOf(request), batchUUID);
  const batch = await findBatch(request, store);
  return { status: 202, body: { ...count, batch } satisfies RetriedBatch };
}

export async function listQueues(_request: ApiRequest, { store, config }: ApiServices): Promise<ApiAnswer> {
  const queues = (await listKnownQueues(store)).map((queue) => withLimits(queue, config));
  return { status: 200, body: { queues } satisfies QueueList };
}

export async function pauseQueue(request: Queue, { store, config }: ApiServices): Promise<ApiAnswer> {
  const queue = await steerQueue(store, actorOf(request), request.params.name, "pause");
  return { status: 200, body: withLimits(queue, config) };
}

export async function resumeQueue(request: Queue, { store, config }: ApiServices): Promise<ApiAnswer> {
  const queue = await steerQueue(store, actorOf(request), request.params.name, "resume");
  return { status: 200, body: withLimits(queue, config) };
}

async function madeRun(
  { owner }: Pick<ApiRequest, "owner">,
  { store }: ApiServices,
  runUUID: RunUUID,
): Promise<ApiAnswer> {
  const headers = { location: `/api/runs/${runUUID}` };
  return { status: 202, headers, body: await findRun(store, owner, runUUID) };
}

async function answerBatch(request: Batch<unknown>, store: ApiServices["store"]): Promise<ApiAnswer> {
  return { status: 200, body: await findBatch(request, store) };
}

async function findBatch({ owner, params: { batchUUID } }: Batch<unknown>, { db }: ApiServices["store"]) {
  const batch = await readBatch(db, owner, batchUUID);
  if (batch !== null) return batch;
  throw new MaskloomError("NOT_FOUND", `batch ${batchUUID}: expected the UUID of a batch; there is none`);
}
