import { z } from "zod";
import {
  ChangeBatch,
  QueueList,
  QueueName,
  QueueView,
  RerollRun,
  RerunRun,
  RetriedBatch,
  StartBatch,
  StartBatchForm,
} from "../contracts/actions.ts";
import { BatchPage, BatchQuery, BatchView } from "../contracts/api.ts";
import { BatchUUID, RunUUID, TaskUUID } from "../contracts/ids.ts";
import { RunDetail, TaskView } from "../contracts/run.ts";
import {
  cancelBatch,
  cancelRun,
  cancelTask,
  changeBatch,
  listQueues,
  pauseBatch,
  pauseQueue,
  rerollRun,
  rerollTask,
  rerunRun,
  resumeBatch,
  resumeQueue,
  retryFailed,
  retryRun,
  retryTask,
} from "./handlers/actions.ts";
import { listBatches, startBatch } from "./handlers/batches.ts";
import { bodyOf, jsonOf, optionalJsonOf, type Route, route } from "./route.ts";

const ofRun = z.strictObject({ runUUID: RunUUID });
const ofTask = z.strictObject({ taskUUID: TaskUUID });
const ofBatch = z.strictObject({ batchUUID: BatchUUID });
const ofQueue = z.strictObject({ name: QueueName });
const now = (schema: z.ZodType, what: string) => ({
  200: { description: `The ${what} as it stands now`, schema },
});
const again = (schema: z.ZodType, what: string) => ({
  202: { description: `The ${what}, under way again`, schema },
});
const anew = { 202: { description: "The new run, under way", schema: RunDetail } };

/** Batches, and what is done to runs, tasks, batches and queues. */
export const actionRoutes: readonly Route[] = [
  route({
    method: "post",
    path: "/api/runs/:runUUID/cancel",
    operation: "runs.cancel",
    summary: "Ends a run that has not ended by itself; remote work under way may still be billed",
    params: ofRun,
    responses: now(RunDetail, "run"),
    handle: cancelRun,
  }),
  route({
    method: "post",
    path: "/api/runs/:runUUID/retry",
    operation: "runs.retry",
    summary: "Goes on with a run from where it failed or was cancelled, with the same seeds",
    params: ofRun,
    responses: again(RunDetail, "run"),
    handle: retryRun,
  }),
  route({
    method: "post",
    path: "/api/runs/:runUUID/reroll",
    operation: "runs.reroll",
    summary: "A new run with other seeds from a step on; the steps before are taken over",
    params: ofRun,
    body: optionalJsonOf(RerollRun),
    responses: anew,
    handle: rerollRun,
  }),
  route({
    method: "post",
    path: "/api/runs/:runUUID/rerun",
    operation: "runs.rerun",
    summary: "A new run with some parameters changed; steps that do not depend on them are taken over",
    params: ofRun,
    body: jsonOf(RerunRun),
    responses: anew,
    handle: rerunRun,
  }),
  route({
    method: "post",
    path: "/api/tasks/:taskUUID/cancel",
    operation: "tasks.cancel",
    summary: "Ends a task that is not done, and what stands on it",
    params: ofTask,
    responses: now(TaskView, "task"),
    handle: cancelTask,
  }),
  route({
    method: "post",
    path: "/api/tasks/:taskUUID/retry",
    operation: "tasks.retry",
    summary: "A failed or cancelled task of an ended run once more, with what stands on it; the same seed",
    params: ofTask,
    responses: again(TaskView, "task"),
    handle: retryTask,
  }),
  route({
    method: "post",
    path: "/api/tasks/:taskUUID/reroll",
    operation: "tasks.reroll",
    summary: "A new run with other seeds from this task's step on; of an element, that one alone",
    params: ofTask,
    responses: anew,
    handle: rerollTask,
  }),
  route({
    method: "get",
    path: "/api/batches",
    operation: "batches.list",
    summary: "Batches, newest first, and how many of their runs stand where",
    query: BatchQuery,
    responses: { 200: { description: "A page of them", schema: BatchPage } },
    handle: listBatches,
  }),
  route({
    method: "post",
    path: "/api/batches",
    operation: "batches.create",
    summary: "A workflow on every picture of a folder of the server, of a list, of a table, or of a form",
    body: bodyOf(StartBatch, { fields: StartBatchForm, file: "images", many: true }),
    responses: { 202: { description: "The batch; its runs begin by and by", schema: BatchView } },
    handle: startBatch,
  }),
  route({
    method: "patch",
    path: "/api/batches/:batchUUID",
    operation: "batches.update",
    summary: "Serves a batch sooner or later than others",
    params: ofBatch,
    body: jsonOf(ChangeBatch),
    responses: now(BatchView, "batch"),
    handle: changeBatch,
  }),
  route({
    method: "post",
    path: "/api/batches/:batchUUID/pause",
    operation: "batches.pause",
    summary: "Begins nothing more of a batch; what a worker has begun is finished",
    params: ofBatch,
    responses: now(BatchView, "batch"),
    handle: pauseBatch,
  }),
  route({
    method: "post",
    path: "/api/batches/:batchUUID/resume",
    operation: "batches.resume",
    summary: "Goes on with a paused batch",
    params: ofBatch,
    responses: now(BatchView, "batch"),
    handle: resumeBatch,
  }),
  route({
    method: "post",
    path: "/api/batches/:batchUUID/cancel",
    operation: "batches.cancel",
    summary: "Ends a batch and all its runs that have not ended",
    params: ofBatch,
    responses: now(BatchView, "batch"),
    handle: cancelBatch,
  }),
  route({
    method: "post",
    path: "/api/batches/:batchUUID/retry-failed",
    operation: "batches.retryFailed",
    summary: "Goes on with every run of a batch that failed, wholly or in part",
    params: ofBatch,
    responses: { 202: { description: "How many, and the batch as it stands now", schema: RetriedBatch } },
    handle: retryFailed,
  }),
  route({
    method: "get",
    path: "/api/queues",
    operation: "queues.list",
    summary: "The queues that workers take tasks from",
    responses: { 200: { description: "All of them", schema: QueueList } },
    handle: listQueues,
  }),
  route({
    method: "post",
    path: "/api/queues/:name/pause",
    operation: "queues.pause",
    summary: "Hands nothing more out of a queue, whoever's it is",
    role: "admin",
    params: ofQueue,
    responses: now(QueueView, "queue"),
    handle: pauseQueue,
  }),
  route({
    method: "post",
    path: "/api/queues/:name/resume",
    operation: "queues.resume",
    summary: "Goes on with a paused queue",
    role: "admin",
    params: ofQueue,
    responses: now(QueueView, "queue"),
    handle: resumeQueue,
  }),
];
