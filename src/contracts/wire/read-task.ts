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
    ...(isName(taskType) ? { taskType } : {}),
    ...(isName(taskUUID) ? { taskUUID } : {}),
  };
  const allowedValues = Object.keys(WIRE_TASKS);
  if (taskType === undefined) {
    const message = "taskType is required.";
    return { error: { ...known, code: "missingTaskType", message, parameter: "taskType", allowedValues } };
  }
  if (!isTaskType(taskType)) {
    const message = `taskType ${shown(taskType)} is not supported; expected one of ${allowedValues.join(", ")}.`;
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
    const unknown = Object.keys(fields).find(
      (name) =>
        !Object.hasOwn(schema.shape, name) && !GROUPS.includes(name) && !isProviders(writtenAs.get(name)),
    );
    if (unknown !== undefined) {
      const parameter = writtenAs.get(unknown) ?? unknown;
      const message = `${shown(parameter)} is not a parameter of ${taskType}.`;
      return { error: { ...known, code: "unknownParameter", message, parameter: parameter.slice(0, 1_000) } };
    }
  }
  return { task: parsed.data, request };

  /** What a provider understands of its settings only it can say. */
  function isProviders(place: string | undefined): boolean {
    return taskType === "imageInference" && place?.startsWith("settings.") === true;
  }
}

/** What is repeated in an answer, so that the client finds its task; nobody's names are longer. */
const isName = (value: unknown): value is string => typeof value === "string" && value.length <= 1_000;

const GROUPS = ["inputs", "settings", "safety"];

/** A text of the client's in a message of ours; it may have been a whole picture, and any other value may be deep. */
function shown(value: unknown): string {
  if (typeof value !== "string") return `of type ${value === null ? "null" : typeof value}`;
  return value.length <= 100 ? JSON.stringify(value) : `${JSON.stringify(value.slice(0, 100))}…`;
}

function isTaskType(value: unknown): value is WireTaskType {
  return typeof value === "string" && Object.hasOwn(WIRE_TASKS, value);
}
