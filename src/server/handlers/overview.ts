import type { z } from "zod";
import type { Found, Overview, OverviewQuery, WorkerList } from "../../contracts/overview.ts";
import { MaskloomError } from "../../errors.ts";
import { type FoundUUID, findUUID } from "../../store/find-uuid.ts";
import { readOverview } from "../../store/overview.ts";
import { listWorkers as listStoredWorkers } from "../../store/worker-list.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";

export async function getOverview(
  { owner, query: { today } }: ApiRequest<unknown, z.output<typeof OverviewQuery>>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const overview = await readOverview(store.db, owner, today ?? null);
  return { status: 200, body: overview satisfies Overview };
}

export async function listWorkers({ owner }: ApiRequest, { store }: ApiServices): Promise<ApiAnswer> {
  const workers = await listStoredWorkers(store.db, owner);
  return { status: 200, body: { workers } satisfies WorkerList };
}

/** Where the dashboard shows each kind. */
const PAGES: Readonly<Record<FoundUUID["kind"], (uuid: string, found: FoundUUID) => string>> = {
  run: (uuid) => `/runs/${uuid}`,
  task: (uuid) => `/tasks/${uuid}`,
  batch: (uuid) => `/batches/${uuid}`,
  artifact: (uuid, { runUUID, taskUUID }) =>
    taskUUID !== null
      ? `/tasks/${taskUUID}`
      : runUUID !== null
        ? `/runs/${runUUID}`
        : `/api/artifacts/${uuid}`,
};

export async function findByUUID(
  { owner, params: { uuid } }: ApiRequest<{ uuid: string }>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const found = await findUUID(store.db, owner, uuid);
  if (found === null) {
    throw new MaskloomError(
      "NOT_FOUND",
      `UUID ${uuid}: expected that of a run, a task, a batch or an artifact; there is none`,
    );
  }
  return { status: 200, body: { ...found, uuid, page: PAGES[found.kind](uuid, found) } satisfies Found };
}
