import type { z } from "zod";
import type { BatchPictures, BatchPicturesQuery } from "../../contracts/batches.ts";
import type { BatchUUID } from "../../contracts/ids.ts";
import { listedRuns } from "../../contracts/listed-runs.ts";
import { notThere } from "../../runs/actions/actor.ts";
import { listBatchPictures, readBatchSettings } from "../../store/batch-pictures.ts";
import { readBatch } from "../../store/batch-view.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";

export async function listPictures(
  request: ApiRequest<{ batchUUID: BatchUUID }, z.output<typeof BatchPicturesQuery>>,
  { store: { db } }: ApiServices,
): Promise<ApiAnswer> {
  const { params, owner, query } = request;
  const { batchUUID } = params;
  const batch = await readBatch(db, owner, batchUUID);
  if (batch === null) throw notThere("batch", batchUUID);
  const counts = query.status === undefined ? Object.values(batch.runs) : [listedRuns(batch)[query.status]];
  const pictures = await listBatchPictures(db, owner, batchUUID, query);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return { status: 200, body: { pictures, total } satisfies BatchPictures };
}

export async function getSettings(
  { params: { batchUUID }, owner }: ApiRequest<{ batchUUID: BatchUUID }>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const settings = await readBatchSettings(store.db, owner, batchUUID);
  if (settings === null) throw notThere("batch", batchUUID);
  return { status: 200, body: settings };
}
