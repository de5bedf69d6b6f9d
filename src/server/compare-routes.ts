import { z } from "zod";
import { AlikeQuery, AlikeRuns, ComparedBatches, CompareQuery } from "../contracts/compare.ts";
import { RunUUID } from "../contracts/ids.ts";
import { compareBatches, getAlikeRuns } from "./handlers/compare.ts";
import { type Route, route } from "./route.ts";

/** What is laid side by side. */
export const compareRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/runs/:runUUID/alike",
    operation: "runs.alike",
    summary: "Other runs of the same picture, or of a file of the same name, the newest first",
    params: z.strictObject({ runUUID: RunUUID }),
    query: AlikeQuery,
    responses: { 200: { description: "The runs", schema: AlikeRuns } },
    handle: getAlikeRuns,
  }),
  route({
    method: "get",
    path: "/api/batches/compare",
    operation: "batches.compare",
    summary: "The files of two batches side by side, those whose numbers differ most first",
    query: CompareQuery,
    responses: { 200: { description: "The first of them, and how many there are", schema: ComparedBatches } },
    handle: compareBatches,
  }),
];
