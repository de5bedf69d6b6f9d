import { Readable } from "node:stream";
import type { RunUUID, TaskUUID } from "../../contracts/ids.ts";
import type { LogQuery, TaskCalls, TaskCrops, TaskLog } from "../../contracts/task-records.ts";
import { MaskloomError } from "../../errors.ts";
import { notThere } from "../../runs/actions/actor.ts";
import { readPreview } from "../../store/previews.ts";
import { readTaskCalls } from "../../store/task-calls.ts";
import { readCrops } from "../../store/task-crops.ts";
import { readRunLog, readTaskLog } from "../../store/task-logs.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";

export async function getTaskCrops(
  { params: { taskUUID }, owner }: ApiRequest<{ taskUUID: TaskUUID }>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const crops = await readCrops(store.db, owner, taskUUID);
  if (crops === null) throw notThere("task", taskUUID);
  return { status: 200, body: crops satisfies TaskCrops };
}

export async function getTaskCalls(
  { params: { taskUUID }, owner }: ApiRequest<{ taskUUID: TaskUUID }>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const calls = await readTaskCalls(store.db, owner, taskUUID);
  if (calls === null) throw notThere("task", taskUUID);
  return { status: 200, body: { calls } satisfies TaskCalls };
}

export async function getPreview(
  { params: { callUUID }, owner }: ApiRequest<{ callUUID: string }>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const picture = await readPreview(store.db, owner, callUUID);
  if (picture === null) {
    throw new MaskloomError(
      "NOT_FOUND",
      `call ${callUUID}: expected one that a provider is at and sends previews of; there is none`,
    );
  }
  return {
    status: 200,
    headers: { "content-type": "image/webp", "content-length": String(picture.length) },
    content: async () => Readable.from([picture]),
  };
}

export async function getTaskLog(
  { params: { taskUUID }, query, owner }: ApiRequest<{ taskUUID: TaskUUID }, LogQuery>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const lines = await readTaskLog(store.db, owner, taskUUID, query);
  if (lines === null) throw notThere("task", taskUUID);
  return { status: 200, body: { lines } satisfies TaskLog };
}

export async function getRunLog(
  { params: { runUUID }, query, owner }: ApiRequest<{ runUUID: RunUUID }, LogQuery>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const lines = await readRunLog(store.db, owner, runUUID, query);
  if (lines === null) throw notThere("run", runUUID);
  return { status: 200, body: { lines } satisfies TaskLog };
}
