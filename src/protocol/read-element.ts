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
  | { readonly kind: "authentication"; readonly apiKey: string; readonly sessionUUID: string | undefined }
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

/** A key of the wrong type is a wrong key, and a session of the wrong type an unknown one. */
function readAuthentication(fields: object): RequestElement {
  const { apiKey, connectionSessionUUID } = WireAuthentication.catch({
    taskType: "authentication",
    apiKey: "apiKey" in fields && typeof fields.apiKey === "string" ? fields.apiKey : "",
  }).parse(fields);
  return { kind: "authentication", apiKey, sessionUUID: connectionSessionUUID };
}
