import { z } from "zod";
import {
  BatchEstimate,
  BatchPictures,
  BatchPicturesQuery,
  BatchSettings,
  DryRunBatch,
  EstimateBatch,
  FolderList,
  FolderQuery,
  StoredPictures,
} from "../contracts/batches.ts";
import { BatchUUID } from "../contracts/ids.ts";
import { Report } from "../contracts/report.ts";
import { getReport, getReportPages, getResults } from "./handlers/batch-files.ts";
import { dryRun, estimateBatch, listFolders, storePictures } from "./handlers/batch-start.ts";
import { getSettings, listPictures } from "./handlers/batch-view.ts";
import { formOf, jsonOf, type Route, route } from "./route.ts";

const ofBatch = z.strictObject({ batchUUID: BatchUUID });
const ok = (schema: z.ZodType, description: string) => ({ 200: { description, schema } });
const zip = (description: string) => ({ 200: { description, mediaTypes: ["application/zip"] } });

/** What is asked before a batch begins, and what is taken from one. */
export const batchRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/folders",
    operation: "folders.list",
    summary: "Folders of the server that batches may be of, or those inside of one of them",
    query: FolderQuery,
    responses: ok(FolderList, "The folders, and how many pictures lie in each"),
    handle: listFolders,
  }),
  route({
    method: "post",
    path: "/api/artifacts",
    operation: "artifacts.create",
    summary: "Stores pictures without beginning anything; their UUIDs can be inputs and pictures of a batch",
    body: formOf({ fields: z.strictObject({}), file: "images", many: true }),
    responses: { 201: { description: "Each of them, in the order of the form", schema: StoredPictures } },
    handle: storePictures,
  }),
  route({
    method: "post",
    path: "/api/batches/estimate",
    operation: "batches.estimate",
    summary: "How many pictures a batch would have, and about how long it would take; begins nothing",
    role: "viewer",
    body: jsonOf(EstimateBatch),
    responses: ok(BatchEstimate, "Going by the workflow's last runs"),
    handle: estimateBatch,
  }),
  route({
    method: "post",
    path: "/api/batches/dry-run",
    operation: "batches.dryRun",
    summary: "What a workflow would find in a sample of a batch's pictures; paints nothing, begins nothing",
    body: jsonOf(DryRunBatch),
    responses: {
      200: { description: "DryRunLine by DryRunLine", mediaTypes: ["application/x-ndjson"] },
    },
    handle: dryRun,
  }),
  route({
    method: "get",
    path: "/api/batches/:batchUUID/settings",
    operation: "batches.settings",
    summary: "What all pictures of a batch share: inputs and models",
    params: ofBatch,
    responses: ok(BatchSettings, "As they were when it began"),
    handle: getSettings,
  }),
  route({
    method: "get",
    path: "/api/batches/:batchUUID/pictures",
    operation: "batches.pictures",
    summary: "A part of a batch's pictures, in the order in which they came or the worst seam first",
    params: ofBatch,
    query: BatchPicturesQuery,
    responses: ok(BatchPictures, "Those from `from` on"),
    handle: listPictures,
  }),
  route({
    method: "get",
    path: "/api/batches/:batchUUID/report.json",
    operation: "batches.report",
    summary: "The report that `maskloom run` writes, of what has ended so far",
    params: ofBatch,
    responses: ok(Report, "The report"),
    handle: getReport,
  }),
  route({
    method: "get",
    path: "/api/batches/:batchUUID/report.zip",
    operation: "batches.reportPages",
    summary: "The same as web pages with small pictures",
    params: ofBatch,
    responses: zip("Pages, small pictures and the JSON"),
    handle: getReportPages,
  }),
  route({
    method: "get",
    path: "/api/batches/:batchUUID/results.zip",
    operation: "batches.results",
    summary: "All results of a batch, with the report",
    params: ofBatch,
    responses: zip("Results as PNG; of skipped pictures the file itself"),
    handle: getResults,
  }),
];
