import { flattenTask } from "./flatten.ts";
import { WIRE_TASKS, type WireTask, type WireTaskType } from "./tasks.ts";
import { describeIssue, type WireError } from "./wire-error.ts";

export type ReadTask =
  | { readonly task: WireTask; readonly request: Readonly<Record<string, unknown>> }
  | { readonly error: WireError };

/**
 * One element of a request's array as a task. What is wrong with it is one error that names the task, whatever else is
 * wrong beside it.
 * @param strict refuses fields that no form of the task has; otherwise they are ignored, since the official SDKs send some
 */
export function readTask(element: unknown, strict: boolean): ReadTask {
  if (typeof element !== "object" || element === null || Array.isArray(element)) {
    return { error: { code: "invalidTask", message: "Each task is expected to be a JSON object." } };
  }
  const request: Record<string, unknown> = { ...element };
  const { taskType, taskUUID } = request;
  const known = {
    ...(typeof taskType === "string" ? { taskType } : {}),
    ...(typeof taskUUID === "string" ? { taskUUID } : {}),
  };
  const allowedValues = Object.keys(WIRE_TASKS);
  if (taskType === undefined) {
    const message = "taskType is required.";
    return { error: { ...known, code: "missingTaskType", message, parameter: "taskType", allowedValues } };
  }
  if (!isTaskType(taskType)) {
    const message = `taskType ${JSON.stringify(taskType)} is not supported; expected one of ${allowedValues.join(", ")}.`;
    return {
      error: { ...known, code: "unsupportedTaskType", message, parameter: "taskType", allowedValues },
    };
  }
  const { fields, writtenAs } = flattenTask(taskType, request);
  const schema = WIRE_TASKS[taskType];
  const parsed = schema.safeParse(fields, { reportInput: true });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const detail =
      issue === undefined
        ? { code: "invalidParameter", message: "The task is not valid." }
        : describeIssue(issue, (field) => writtenAs.get(field) ?? field);
    return { error: { ...known, ...detail } };
  }
  if (strict) {
    const groups = ["inputs", "settings", "safety"];
    const unknown = Object.keys(fields).find((name) => !(name in schema.shape) && !groups.includes(name));
    if (unknown !== undefined) {
      const parameter = writtenAs.get(unknown) ?? unknown;
      const message = `${parameter} is not a parameter of ${taskType}.`;
      return { error: { ...known, code: "unknownParameter", message, parameter } };
    }
  }
  return { task: parsed.data, request };
}

function isTaskType(value: unknown): value is WireTaskType {
  return typeof value === "string" && Object.hasOwn(WIRE_TASKS, value);
}
