import type { z } from "zod";
import type { RunPage, RunQuery, StartRun, StartRunForm } from "../../contracts/api.ts";
import type { RunUUID } from "../../contracts/ids.ts";
import { DONE_RUN_STATUSES } from "../../contracts/run.ts";
import { ERRORS, type ErrorCode } from "../../errors.ts";
import { addAuditEntry } from "../../store/audit.ts";
import { cancelRuns } from "../../store/cancel.ts";
import { listRuns as listStoredRuns } from "../../store/views.ts";
import { findRun } from "../find-run.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { startRun as submitRun } from "../start-run.ts";
import { waitForRun } from "../wait-for-run.ts";

export async function listRuns(
  { query, owner }: ApiRequest<unknown, z.output<typeof RunQuery>>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const { limit, batch, status, workflow, before } = query;
  const found = await listStoredRuns(store.db, owner, {
    limit: limit + 1, // one more than asked for tells whether there is a next page
    ...(batch === undefined ? {} : { batch }),
    ...(status === undefined ? {} : { status }),
    ...(workflow === undefined ? {} : { workflow }),
    ...(before === undefined ? {} : { before }),
  });
  const runs = found.slice(0, limit);
  const next = found.length > limit ? (runs.at(-1)?.runUUID ?? null) : null;
  return { status: 200, body: { runs, next } satisfies RunPage };
}

/** 200 where the run has ended while the client waited, else 202. What never became a run of its own is an error. */
export async function startRun(
  { query, body, file, owner, signal }: ApiRequest<unknown, { wait: number }, StartRun | StartRunForm>,
  services: ApiServices,
): Promise<ApiAnswer> {
  const { runUUID, error } = await submitRun(services, owner, body, file);
  const headers = { location: `/api/runs/${runUUID}` };
  if (error !== null) return { status: statusOf(error.code), headers, body: { error, runUUID } };
  const run = await waitForRun(services.store, owner, runUUID, query.wait * 1000, signal);
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

/** Says what the run has come to; cancelling one that has ended changes nothing. */
export async function cancelRun(
  { params, owner, caller }: ApiRequest<{ runUUID: RunUUID }>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const { runUUID } = params;
  await findRun(store, owner, runUUID);
  const cancelled = await cancelRuns(store.db, owner, { runs: [runUUID] });
  if (cancelled.length > 0) {
    store.wakeUps.notify("events", "cancelled");
    const detail = { key: caller?.keyId ?? null };
    await addAuditEntry(store.db, { owner, actor: "api", action: "run.cancel", target: runUUID, detail });
  }
  return { status: 200, body: await findRun(store, owner, runUUID) };
}

function statusOf(code: string): number {
  return code in ERRORS ? ERRORS[code as ErrorCode].status : ERRORS.INTERNAL.status;
}
