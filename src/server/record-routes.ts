import { z } from "zod";
import { RunUUID, TaskUUID } from "../contracts/ids.ts";
import { LogQuery, TaskCalls, TaskCrops, TaskLog } from "../contracts/task-records.ts";
import { getPreview, getRunLog, getTaskCalls, getTaskCrops, getTaskLog } from "./handlers/task-records.ts";
import { type Route, route } from "./route.ts";

const ok = (schema: z.ZodType, description: string) => ({ 200: { description, schema } });

/** What workers wrote down of tasks beside their results. */
export const recordRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/tasks/:taskUUID/crops",
    operation: "tasks.crops",
    summary: "The crops that a task sent to its inpainter, and what came back for each",
    params: z.strictObject({ taskUUID: TaskUUID }),
    responses: ok(TaskCrops, "Those that were kept, in the order of their regions"),
    handle: getTaskCrops,
  }),
  route({
    method: "get",
    path: "/api/tasks/:taskUUID/calls",
    operation: "tasks.calls",
    summary: "What a task asked of providers elsewhere, how it ended and what it cost",
    params: z.strictObject({ taskUUID: TaskUUID }),
    responses: ok(TaskCalls, "Its calls, the first one first"),
    handle: getTaskCalls,
  }),
  route({
    method: "get",
    path: "/api/calls/:callUUID/preview",
    operation: "calls.preview",
    summary: "What a provider is painting looks like at the moment",
    params: z.strictObject({ callUUID: z.uuid() }),
    /* Nothing is done with it: it makes another address of another picture. */
    query: z.strictObject({ version: z.coerce.number().int().min(1).optional() }),
    responses: { 200: { description: "A small picture", mediaTypes: ["image/webp"] } },
    handle: getPreview,
  }),
  route({
    method: "get",
    path: "/api/tasks/:taskUUID/logs",
    operation: "tasks.logs",
    summary: "What workers wrote about a task while they executed it",
    params: z.strictObject({ taskUUID: TaskUUID }),
    query: LogQuery,
    responses: ok(TaskLog, "Its lines, the first ones first"),
    handle: getTaskLog,
  }),
  route({
    method: "get",
    path: "/api/runs/:runUUID/logs",
    operation: "runs.logs",
    summary: "What workers wrote about all tasks of a run",
    params: z.strictObject({ runUUID: RunUUID }),
    query: LogQuery,
    responses: ok(TaskLog, "Their lines, the first ones first"),
    handle: getRunLog,
  }),
];
