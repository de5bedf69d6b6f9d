import type { z } from "zod";
import { BATCH_PRIORITY, type StartBatch, type StartBatchForm } from "../../contracts/actions.ts";
import type { BatchPage, BatchQuery } from "../../contracts/api.ts";
import { newBatchUUID } from "../../contracts/ids.ts";
import { MaskloomError } from "../../errors.ts";
import type { BatchSource } from "../../runs/batches/batch-source.ts";
import { beginBatch } from "../../runs/batches/begin-batch.ts";
import { listBatches as listStoredBatches, readBatch } from "../../store/batch-view.ts";
import { doOnce } from "../idempotent.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { actorOf } from "./actions.ts";
import { namedSource } from "./batch-start.ts";

export async function listBatches(
  { query, owner }: ApiRequest<unknown, z.output<typeof BatchQuery>>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const { limit, status, workflow, single, before } = query;
  const found = await listStoredBatches(store.db, owner, {
    limit: limit + 1, // one more than asked for tells whether there is a next page
    single,
    ...(status === undefined ? {} : { status }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(before === undefined ? {} : { before }),
  });
  const batches = found.slice(0, limit);
  const next = found.length > limit ? (batches.at(-1)?.batchUUID ?? null) : null;
  return { status: 200, body: { batches, next } satisfies BatchPage };
}

/** 202: its runs begin by and by. Sent again under the same key, the batch that was made, as it stands now. */
export async function startBatch(
  request: ApiRequest<unknown, unknown, StartBatch | StartBatchForm>,
  services: ApiServices,
): Promise<ApiAnswer> {
  const { body, owner } = request;
  const { workflow, inputs = {}, priority = BATCH_PRIORITY, maxCost, maxFailures, again } = body;
  const source = sourceOf(request);
  const { table, sample, masks } = { table: undefined, sample: undefined, masks: undefined, ...body };
  const named =
    source !== null && "uploads" in source ? source.uploads.map(({ name, digest }) => [name, digest]) : null;
  const { uuid, isRepeated } = await doOnce(request, services, ["batches.create", body, named], {
    newUUID: newBatchUUID,
    isMade: async (batchUUID) => (await readBatch(services.store.db, owner, batchUUID)) !== null,
    make: (batchUUID) =>
      beginBatch(services, actorOf(request), batchUUID, {
        workflow,
        inputs,
        priority,
        maxCost,
        maxFailures,
        again,
        source,
        table,
        sample,
        masks,
      }),
  });
  const headers = {
    location: `/api/batches/${uuid}`,
    ...(isRepeated ? { "idempotency-replayed": "true" } : {}),
  };
  return { status: 202, headers, body: await readBatch(services.store.db, owner, uuid) };
}

/** Null where the table says where the pictures are. */
function sourceOf({
  body,
  uploads,
}: ApiRequest<unknown, unknown, StartBatch | StartBatchForm>): BatchSource | null {
  if ("recursive" in body) return namedSource(body);
  if (uploads.length > 0) return { uploads };
  throw new MaskloomError("INPUT_INVALID", "form: expected at least one file, named images; got none");
}
