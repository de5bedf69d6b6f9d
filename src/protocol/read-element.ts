import { readTask } from "../contracts/wire/read-task.ts";
import { WireAuthentication, type WireTask } from "../contracts/wire/tasks.ts";
import type { WireError } from "../contracts/wire/wire-error.ts";

export interface TaskElement {
  readonly kind: "task";
  readonly task: WireTask;
  /** As the client sent it. */
  readonly request: Readonly<Record<string, unknown>>;
}

export type RequestElement =
  | TaskElement
  | {
      readonly kind: "authentication";
      /** Null where it is no text at all: that is nobody's key. */
      readonly apiKey: string | null;
      readonly sessionUUID: string | undefined;
    }
  | { readonly kind: "ping" }
  | { readonly kind: "fault"; readonly error: WireError };

/** What an element of a request's array is. Never throws: what is wrong with it is a fault of its own. */
export function readElement(element: unknown, strict: boolean): RequestElement {
  const fields = typeof element === "object" && element !== null ? { ...element } : {};
  switch ("taskType" in fields ? fields.taskType : undefined) {
    case "authentication":
      return readAuthentication(fields);
    case "ping":
      return { kind: "ping" };
    default:
      break;
  }
  const read = readTask(element, strict);
  return "error" in read
    ? { kind: "fault", error: read.error }
    : { kind: "task", task: read.task, request: read.request };
}

/** A key of the wrong type is a wrong key, also where any would do; a session of the wrong type is an unknown one. */
function readAuthentication(fields: { readonly apiKey?: unknown }): RequestElement {
  const given = fields.apiKey ?? ""; // null is the same as nothing
  const apiKey = typeof given === "string" ? given : null;
  const { connectionSessionUUID } = WireAuthentication.catch({
    taskType: "authentication",
    apiKey: "",
  }).parse({
    ...fields,
    apiKey: apiKey ?? "",
  });
  return { kind: "authentication", apiKey, sessionUUID: connectionSessionUUID };
}
