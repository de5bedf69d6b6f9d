import type { z } from "zod";
import type { AlikeQuery, AlikeRuns, CompareQuery } from "../../contracts/compare.ts";
import type { RunUUID } from "../../contracts/ids.ts";
import { listAlikeRuns } from "../../store/alike-runs.ts";
import { compareBatches as compareStoredBatches } from "../../store/compare-batches.ts";
import { findRun } from "../find-run.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";

export async function getAlikeRuns(
  { params, query, owner }: ApiRequest<{ runUUID: RunUUID }, z.output<typeof AlikeQuery>>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  const run = await findRun(store, owner, params.runUUID);
  const runs = await listAlikeRuns(store.db, owner, run, query.limit);
  return { status: 200, body: { runs } satisfies AlikeRuns };
}

export async function compareBatches(
  { query, owner }: ApiRequest<unknown, z.output<typeof CompareQuery>>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  return { status: 200, body: await compareStoredBatches(store.db, owner, query) };
}
