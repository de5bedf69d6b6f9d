import type { z } from "zod";
import type { RunPage, RunQuery, RunWorkflow, StartRun, StartRunForm } from "../../contracts/api.ts";
import { newRunUUID, type RunUUID } from "../../contracts/ids.ts";
import { DONE_RUN_STATUSES } from "../../contracts/run.ts";
import type { RunCount, RunFilter } from "../../contracts/run-list.ts";
import { stepNeeds } from "../../engine/language/references.ts";
import { ERRORS, type ErrorCode } from "../../errors.ts";
import { countRunList, listRuns as listStoredRuns } from "../../store/run-list.ts";
import { findRunPlace } from "../../store/run-places.ts";
import { findRun } from "../find-run.ts";
import { doOnce } from "../idempotent.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { startRun as submitRun } from "../start-run.ts";
import { waitForRun } from "../wait-for-run.ts";
import { yamlOf } from "../workflow-yaml.ts";

export async function listRuns(
  { query, owner }: ApiRequest<unknown, z.output<typeof RunQuery>>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const { limit } = query;
  /* One more than asked for tells whether there is a next page. */
  const found = await listStoredRuns(store.db, owner, { ...query, limit: limit + 1 });
  const runs = found.slice(0, limit);
  const next = found.length > limit ? (runs.at(-1)?.runUUID ?? null) : null;
  return { status: 200, body: { runs, next } satisfies RunPage };
}

export async function countRuns(
  { query, owner }: ApiRequest<unknown, RunFilter>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  return { status: 200, body: (await countRunList(store.db, owner, query)) satisfies RunCount };
}

/** Once per Idempotency-Key. 200 where the run has ended while the client waited, else 202. What never became a run of its own is an error. */
export async function startRun(
  request: ApiRequest<unknown, { wait: number }, StartRun | StartRunForm>,
  services: ApiServices,
): Promise<ApiAnswer> {
  const { query, body, file, owner, signal } = request;
  const sent = ["runs.create", body, file?.name, file?.content];
  const { uuid: runUUID, isRepeated } = await doOnce(request, services, sent, {
    newUUID: newRunUUID,
    isMade: async (uuid) => (await findRunPlace(services.store.db, owner, uuid)) !== null,
    make: (uuid) => submitRun(services, owner, body, file, uuid),
  });
  const headers = {
    location: `/api/runs/${runUUID}`,
    ...(isRepeated ? { "idempotency-replayed": "true" } : {}),
  };
  const begun = await findRun(services.store, owner, runUUID);
  const { error } = begun;
  /* Without tasks: its picture could not be used. */
  if (error !== null && begun.tasks.length === 0) {
    return { status: statusOf(error.code), headers, body: { error, runUUID } };
  }
  const run =
    query.wait === 0 ? begun : await waitForRun(services.store, owner, runUUID, query.wait * 1000, signal);
  const ended = query.wait > 0 && DONE_RUN_STATUSES.has(run.status);
  return { status: ended ? 200 : 202, headers, body: run };
}

export async function getRun(
  { params, query, owner, signal }: ApiRequest<{ runUUID: RunUUID }, { wait: number }>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const run = await waitForRun(store, owner, params.runUUID, query.wait * 1000, signal);
  return { status: 200, body: run };
}

export async function getRunWorkflow(
  { params, owner }: ApiRequest<{ runUUID: RunUUID }>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const { batchUUID } = await findRun(store, owner, params.runUUID);
  const { workflow, workflowDigest } = await store.batchContext(batchUUID);
  const body: RunWorkflow = {
    name: workflow.name,
    digest: workflowDigest,
    document: { ...workflow },
    source: yamlOf(workflow),
    needs: Object.fromEntries([...stepNeeds(workflow)].map(([id, needed]) => [id, [...needed]])),
  };
  return { status: 200, body };
}

function statusOf(code: string): number {
  return code in ERRORS ? ERRORS[code as ErrorCode].status : ERRORS.INTERNAL.status;
}
