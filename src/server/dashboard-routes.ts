import { z } from "zod";
import {
  ChangedRuns,
  ChangeRuns,
  ExportQuery,
  ExportRuns,
  RerunRuns,
  RerunsBegun,
  TagRuns,
} from "../contracts/bulk.ts";
import { DetectAnswer, DetectSettings, StartDetect } from "../contracts/detect.ts";
import { ArtifactUUID } from "../contracts/ids.ts";
import { Found, Overview, OverviewQuery, WorkerList } from "../contracts/overview.ts";
import { RunCount, RunFilter, RunPage, RunQuery } from "../contracts/run-list.ts";
import { getThumbnail } from "./handlers/artifacts.ts";
import {
  changeRuns,
  EXPORT_TYPES,
  exportMatching,
  exportNamed,
  rerunRuns,
  tagRuns,
} from "./handlers/bulk.ts";
import { detect } from "./handlers/detect.ts";
import { findByUUID, getOverview, listWorkers } from "./handlers/overview.ts";
import { countRuns, listRuns } from "./handlers/runs.ts";
import { bodyOf, jsonOf, type Route, route } from "./route.ts";

/** Few, so that each is made once: for rows, for cards, and for twice that on dense screens. */
const ThumbnailSize = z.coerce
  .number()
  .pipe(z.union([z.literal(96), z.literal(256), z.literal(512)], { error: "expected 96, 256 or 512" }));

/** x0,y0,x1,y1 in pixels of the upright picture. */
const ThumbnailBox = z
  .string()
  .regex(/^-?\d{1,6}(?:,-?\d{1,6}){3}$/, "expected x0,y0,x1,y1 in pixels, such as 10,20,300,400")
  .transform((text) => {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = text.split(",").map(Number);
    return { x0, y0, x1, y1 };
  });

const ok = (schema: z.ZodType, description: string) => ({ 200: { description, schema } });

const runsFile = { 200: { description: "The file", mediaTypes: Object.values(EXPORT_TYPES) } };

/** What a dashboard asks for: lists, numbers, and what a UUID is. */
export const dashboardRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/runs",
    operation: "runs.list",
    summary: "Runs, newest first; of those that match all of what is asked",
    query: RunQuery,
    responses: ok(RunPage, "A page of them"),
    handle: listRuns,
  }),
  route({
    method: "get",
    path: "/api/runs/count",
    operation: "runs.count",
    summary: "How many runs match; exact up to 10,000",
    query: RunFilter,
    responses: ok(RunCount, "The number"),
    handle: countRuns,
  }),
  route({
    method: "get",
    path: "/api/runs/export",
    operation: "runs.export",
    summary: "All runs that match, newest first, as a file",
    query: ExportQuery,
    responses: runsFile,
    handle: exportMatching,
  }),
  route({
    method: "post",
    path: "/api/runs/export",
    operation: "runs.exportNamed",
    summary: "Runs that are named, or all that match, as a file",
    role: "viewer",
    body: jsonOf(ExportRuns),
    responses: runsFile,
    handle: exportNamed,
  }),
  route({
    method: "post",
    path: "/api/runs/rerun",
    operation: "runs.rerunMany",
    summary: "A new run with the same changes for each that is named, or for all that match",
    body: jsonOf(RerunRuns),
    responses: {
      202: { description: "How many are under way, and why others are not", schema: RerunsBegun },
    },
    handle: rerunRuns,
  }),
  route({
    method: "post",
    path: "/api/runs/tags",
    operation: "runs.tag",
    summary: "Adds and removes tags of runs that are named, or of all that match",
    body: jsonOf(TagRuns),
    responses: ok(ChangedRuns, "How many"),
    handle: tagRuns,
  }),
  route({
    method: "post",
    path: "/api/runs/bulk",
    operation: "runs.bulk",
    summary: "Retries, cancels or deletes runs that are named, or all that match",
    body: jsonOf(ChangeRuns),
    responses: ok(ChangedRuns, "How many"),
    handle: changeRuns,
  }),
  route({
    method: "get",
    path: "/api/artifacts/:uuid/thumbnail",
    operation: "artifacts.thumbnail",
    summary: "A small WEBP of an image or a mask, whose longest side has so many pixels at most",
    params: z.strictObject({ uuid: ArtifactUUID }),
    query: z.strictObject({ size: ThumbnailSize.default(256), box: ThumbnailBox.optional() }),
    responses: {
      200: { description: "All of it", mediaTypes: ["image/webp"] },
      206: { description: "The part that Range asked for", mediaTypes: ["image/webp"] },
      304: { description: "The client has it already", mediaTypes: [] },
      416: { description: "Range lies outside of it", mediaTypes: [] },
    },
    handle: getThumbnail,
  }),
  route({
    method: "post",
    path: "/api/detect",
    operation: "detect",
    summary:
      "What a model finds in a picture, and the mask of it: at once, or by a run where a provider is to look",
    body: bodyOf(StartDetect, { fields: DetectSettings, file: "image" }),
    responses: ok(DetectAnswer, "What was found"),
    handle: detect,
  }),
  route({
    method: "get",
    path: "/api/overview",
    operation: "overview",
    summary: "What runs, what failed, what it cost today",
    query: OverviewQuery,
    responses: ok(Overview, "As it stands now"),
    handle: getOverview,
  }),
  route({
    method: "get",
    path: "/api/workers",
    operation: "workers.list",
    summary: "Worker processes, and what they have under way",
    responses: ok(WorkerList, "All that were seen within the last minute"),
    handle: listWorkers,
  }),
  route({
    method: "get",
    path: "/api/find/:uuid",
    operation: "find",
    summary: "What a UUID names: a run, a task, a batch or an artifact",
    params: z.strictObject({ uuid: z.uuid().transform((uuid) => uuid.toLowerCase()) }),
    responses: ok(Found, "What it is, and where the dashboard shows it"),
    handle: findByUUID,
  }),
];
