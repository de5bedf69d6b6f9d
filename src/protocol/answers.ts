import type { WireError } from "../contracts/wire/wire-error.ts";
import { ERRORS, MaskloomError } from "../errors.ts";
import type { TaskElement } from "./read-element.ts";
import type { TaskAnswer } from "./task-service.ts";

/* The shapes of docs/wire.md, sections 1.3, 1.5, 2 and 3. */

/** Without a taskUUID: the classic SDK would not recognise it. */
export const authenticated = (sessionUUID: string): Readonly<Record<string, unknown>> => ({
  taskType: "authentication",
  connectionSessionUUID: sessionUUID,
});

export const PONG: Readonly<Record<string, unknown>> = { taskType: "ping", pong: true };

/** No taskUUID here either. Only the code `invalidApiKey` makes the classic SDK fail at once. */
export function authenticationError(
  code: "invalidApiKey" | "missingApiKey" | "serviceUnavailable",
  message: string,
): WireError {
  if (code === "serviceUnavailable") return { code, message, taskType: "authentication" };
  return { code, message, parameter: "apiKey", type: "string", taskType: "authentication" };
}

/** The answer with the task's type and its UUID as the client spelt it, which is what clients compare. */
export function belongingTo({ task, request }: TaskElement, answer: TaskAnswer): TaskAnswer {
  const spelt = request["taskUUID"];
  const taskUUID = typeof spelt === "string" ? spelt : task.taskUUID;
  if ("error" in answer) {
    return { error: boundedError({ taskType: task.taskType, ...answer.error, taskUUID }) };
  }
  return { item: { taskType: task.taskType, ...answer.item, taskUUID } };
}

/** Longest text that an error repeats of what the client sent: it may have sent a picture in the wrong place. */
const LONGEST_TEXT = 1_000;

export function boundedError(error: WireError): WireError {
  const entries = Object.entries(error).map(([name, value]) => [
    name,
    typeof value === "string" && value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value,
  ]);
  return Object.fromEntries(entries);
}

/** A failure in the words of the wire; what was not foreseen keeps its words to itself. */
export function describeFailure(thrown: unknown): WireError {
  if (!(thrown instanceof MaskloomError) || thrown.code === "INTERNAL") {
    return {
      code: "internalServerError",
      message: "Something unforeseen went wrong; the server's log has it.",
    };
  }
  const { code, message, retryAfterSeconds } = thrown;
  const context = retryAfterSeconds === undefined ? {} : { context: { retryAfterSeconds } };
  return { code: ERRORS[code].wire, message, ...context };
}

export const dataFrame = (...data: readonly Readonly<Record<string, unknown>>[]): string =>
  JSON.stringify({ data });

export const errorFrame = (error: WireError): string => JSON.stringify({ errors: [boundedError(error)] });

/** Besides the list, the one error that newer SDKs look for while they authenticate. */
export const authenticationErrorFrame = (error: WireError): string =>
  JSON.stringify({ errors: [error], error: { code: error.code, message: error.message } });
