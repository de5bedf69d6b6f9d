import type { TaskUUID } from "../../contracts/ids.ts";
import type { WireError } from "../../contracts/wire/wire-error.ts";

interface Asked {
  readonly task: { readonly taskType: string; readonly deliveryMethod?: string };
  readonly taskUUID: TaskUUID;
}

/** What a request is told under a taskUUID that another one has. */
export function conflict({ task, taskUUID }: Asked): WireError {
  const { taskType, deliveryMethod } = task;
  return {
    code: "conflictTaskUUID",
    message:
      `taskUUID ${taskUUID} belongs to another request that was sent before; expected a new UUID version 4 for each ` +
      "task. Results of that one are to be had with getResponse.",
    parameter: "taskUUID",
    taskType,
    taskUUID,
    context: { taskType, taskUUID, ...(deliveryMethod === undefined ? {} : { deliveryMethod }) },
  };
}
