import type { z } from "zod";
import type { BatchUUID, TaskUUID } from "../../contracts/ids.ts";
import type {
  BatchBudget,
  DecidedMany,
  DecideManyParked,
  DecideParked,
  ParkedList,
  ParkedQuery,
} from "../../contracts/parked.ts";
import { audit, notThere } from "../../runs/actions/actor.ts";
import { decideMany } from "../../runs/calls/decide-many.ts";
import { decideParked } from "../../runs/calls/decide-parked.ts";
import { appendEvents } from "../../store/events.ts";
import { listParked, setBatchBudget } from "../../store/parked.ts";
import { readTask } from "../../store/views.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { actorOf } from "./actions.ts";

export async function listParkedTasks(
  { query, owner }: ApiRequest<unknown, z.output<typeof ParkedQuery>>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  return { status: 200, body: (await listParked(store.db, owner, query)) satisfies ParkedList };
}

export async function decideParkedTask(
  request: ApiRequest<{ taskUUID: TaskUUID }, unknown, DecideParked>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const { params, owner, body } = request;
  await decideParked(store, actorOf(request), params.taskUUID, body);
  return { status: 200, body: await readTask(store.db, owner, params.taskUUID) };
}

export async function decideManyParked(
  request: ApiRequest<unknown, unknown, DecideManyParked>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const decided = await decideMany(store, actorOf(request), request.body);
  return { status: 200, body: decided satisfies DecidedMany };
}

export async function changeBudget(
  request: ApiRequest<{ batchUUID: BatchUUID }, unknown, BatchBudget>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const { params, owner, body } = request;
  const { batchUUID } = params;
  await store.db.transaction().execute(async (db) => {
    if (!(await setBatchBudget(db, owner, batchUUID, body.maxCost))) throw notThere("batch", batchUUID);
    await audit(db, actorOf(request), "batch.budget", batchUUID, { maxCost: body.maxCost });
    await appendEvents(db, [{ type: "batch.changed", owner, batch: batchUUID }]);
  });
  store.wakeUps.notify("events", "ready");
  return { status: 200, body };
}
