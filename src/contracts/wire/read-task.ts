import { describeIssue } from "./describe-issue.ts";
import { type FlatTask, flattenTask } from "./flatten.ts";
import { WIRE_TASKS, type WireTask, type WireTaskType } from "./tasks.ts";
import type { WireError } from "./wire-error.ts";

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
  if (!isTaskType(taskType)) return { error: { ...known, ...refuseType(taskType) } };
  const flat = flattenTask(taskType, request);
  const schema = WIRE_TASKS[taskType];
  const parsed = schema.safeParse(flat.fields, { reportInput: true });
  if (parsed.success) {
    const refused = refuseOthers(taskType, flat, strict);
    return refused === null ? { task: parsed.data, request } : { error: { ...known, ...refused } };
  }
  const [issue] = parsed.error.issues;
  const fault =
    issue === undefined
      ? { code: "invalidTask", message: "The task is not valid." }
      : describeIssue(schema, issue, (field) => flat.writtenAs.get(field) ?? field);
  return { error: { ...known, ...fault } };
}

/** What is repeated in an answer, so that the client finds its task; nobody's names are longer. */
const LONGEST_NAME = 1_000;
const isName = (value: unknown): value is string => typeof value === "string" && value.length <= LONGEST_NAME;

/** Longest text of the client's in a message of ours; it may have been a whole picture. */
const LONGEST_TEXT = 100;

function shown(value: unknown): string {
  if (typeof value !== "string") return `a value of type ${typeof value}`;
  return value.length <= LONGEST_TEXT
    ? JSON.stringify(value)
    : `${JSON.stringify(value.slice(0, LONGEST_TEXT))}…`;
}

function refuseType(taskType: unknown): WireError {
  const allowedValues = Object.keys(WIRE_TASKS);
  const parameter = "taskType";
  const about = { parameter, type: "string", allowedValues };
  if (taskType === undefined || taskType === null) {
    return { code: "missingTaskType", message: "taskType is required.", ...about };
  }
  const message = `taskType: expected one of ${allowedValues.join(", ")}, received ${shown(taskType)}.`;
  return { code: "unsupportedTaskType", message, ...about };
}

/** What would make another picture than the one asked for, if it were ignored like other fields that are not known here. */
const NOT_DONE: Readonly<Partial<Record<WireTaskType, readonly string[]>>> = {
  imageInference: ["outpaint", "ultralytics", "referenceImages"],
};

function refuseOthers(taskType: WireTaskType, { others }: FlatTask, strict: boolean): WireError | null {
  for (const [parameter, value] of others) {
    const name = parameter.slice(parameter.lastIndexOf(".") + 1);
    if (NOT_DONE[taskType]?.includes(name) === true && !isEmpty(value)) {
      const message = `${parameter}: is not done here; expected it to be left out.`;
      return { code: "unsupportedParameter", message, parameter };
    }
  }
  if (!strict) return null;
  /* What providers take in `settings` is for them to say. */
  const isOwn = (name: string) => taskType === "imageInference" && name.startsWith("settings.");
  const unknown = [...others.keys()].find((name) => !isOwn(name));
  if (unknown === undefined) return null;
  const message = `${shown(unknown)} is not a parameter of ${taskType}.`;
  return { code: "unknownParameter", message, parameter: unknown.slice(0, LONGEST_NAME) };
}

const isEmpty = (value: unknown): boolean =>
  value === false || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

function isTaskType(value: unknown): value is WireTaskType {
  return typeof value === "string" && Object.hasOwn(WIRE_TASKS, value);
}
