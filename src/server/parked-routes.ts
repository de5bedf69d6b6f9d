import { z } from "zod";
import { BatchUUID, TaskUUID } from "../contracts/ids.ts";
import {
  BatchBudget,
  DecidedMany,
  DecideManyParked,
  DecideParked,
  ParkedList,
  ParkedQuery,
} from "../contracts/parked.ts";
import { TaskView } from "../contracts/run.ts";
import { changeBudget, decideManyParked, decideParkedTask, listParkedTasks } from "./handlers/parked.ts";
import { jsonOf, type Route, route } from "./route.ts";

/** What waits for money, or for somebody to look at a provider's bill. */
export const parkedRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/parked",
    operation: "parked.list",
    summary: "Tasks that a budget holds or that are uncertain, with what they asked of their providers",
    query: ParkedQuery,
    responses: {
      200: { description: "The longest waiting of them, and how many there are", schema: ParkedList },
    },
    handle: listParkedTasks,
  }),
  route({
    method: "post",
    path: "/api/parked",
    operation: "parked.decideMany",
    summary: "The same decision about many tasks that are held or uncertain: those named, or all that match",
    body: jsonOf(DecideManyParked),
    responses: { 200: { description: "How many it came to", schema: DecidedMany } },
    handle: decideManyParked,
  }),
  route({
    method: "post",
    path: "/api/tasks/:taskUUID/parked",
    operation: "parked.decide",
    summary: "Decides about a task that is held or uncertain: resend, giveUp or markBilled",
    params: z.strictObject({ taskUUID: TaskUUID }),
    body: jsonOf(DecideParked),
    responses: { 200: { description: "The task as it stands now", schema: TaskView } },
    handle: decideParkedTask,
  }),
  route({
    method: "put",
    path: "/api/batches/:batchUUID/budget",
    operation: "parked.budget",
    summary:
      "Sets what a batch's calls to providers may cost together; what it held goes on where there is room",
    params: z.strictObject({ batchUUID: BatchUUID }),
    body: jsonOf(BatchBudget),
    responses: { 200: { description: "As it is now", schema: BatchBudget } },
    handle: changeBudget,
  }),
];
