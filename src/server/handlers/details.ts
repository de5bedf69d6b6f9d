import type { BatchUUID, TaskUUID } from "../../contracts/ids.ts";
import { MaskloomError } from "../../errors.ts";
import { readBatch } from "../../store/batch-view.ts";
import { readTask } from "../../store/views.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";

export async function getTask(
  { params: { taskUUID }, owner }: ApiRequest<{ taskUUID: TaskUUID }>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const task = await readTask(store.db, owner, taskUUID);
  if (task === null) throw notFound("task", taskUUID);
  return { status: 200, body: task };
}

export async function getBatch(
  { params: { batchUUID }, owner }: ApiRequest<{ batchUUID: BatchUUID }>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const batch = await readBatch(store.db, owner, batchUUID);
  if (batch === null) throw notFound("batch", batchUUID);
  return { status: 200, body: batch };
}

function notFound(kind: string, uuid: string): MaskloomError {
  return new MaskloomError("NOT_FOUND", `${kind} ${uuid}: expected the UUID of a ${kind}; there is none`);
}
