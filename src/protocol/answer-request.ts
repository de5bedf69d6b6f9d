import { randomUUID } from "node:crypto";
import type { Caller } from "../contracts/caller.ts";
import type { WireError } from "../contracts/wire/wire-error.ts";
import { MaskloomError } from "../errors.ts";
import {
  authenticated,
  authenticationError,
  belongingTo,
  boundedError,
  describeFailure,
  PONG,
} from "./answers.ts";
import { statusOfCode } from "./http-status.ts";
import type { Load } from "./load.ts";
import { type Performer, performTask } from "./perform-task.ts";
import { type RequestElement, readElement, type TaskElement } from "./read-element.ts";
import { readRequest } from "./read-request.ts";
import type { TaskAnswer, TaskContext } from "./task-service.ts";

export interface HttpRequest {
  readonly bytes: Uint8Array;
  /** Whom the header named, or whoever needs no key; null = the first task is to say it. */
  readonly caller: Caller | null;
  readonly address: string;
  readonly task: Omit<TaskContext, "signal">;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  /** Aborts when the answer must be given with what there is. */
  readonly deadline: AbortSignal;
}

export interface HttpContext extends Performer {
  readonly load: Load;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: WireBody;
}

interface WireBody {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly errors?: readonly WireError[];
  /** The first of them: what some SDKs look for. */
  readonly error?: WireError;
}

/** All tasks of a request, answered at once: docs/wire.md, sections 1.1 and 3. Rejects never. */
export async function answerRequest(context: HttpContext, request: HttpRequest): Promise<HttpAnswer> {
  const release = context.load.take(request.bytes.length);
  if (release === null) return failure({ code: "rateLimitExceeded", message: OVERLOADED });
  try {
    const read = readRequest(request.bytes);
    if ("error" in read) return failure(read.error);
    const [first, ...others] = read.elements.map((element) => readElement(element, request.task.strict));
    const isKey = first?.kind === "authentication";
    const caller = isKey
      ? await authenticate(context, first.apiKey, request.address)
      : (request.caller ?? { error: KEY_MISSING });
    if ("error" in caller) return failure(caller.error);
    if (isKey && others.length === 0) return answerWith([{ item: authenticated(randomUUID()) }]);
    const elements = isKey || first === undefined ? others : [first, ...others];
    const answers = await Promise.all(
      elements.map((element) => answerElement(context, caller, element, request)),
    );
    return answerWith(answers.flat());
  } finally {
    release();
  }
}

const OVERLOADED = "Too much is under way for this server; send the request again in a moment.";

const KEY_MISSING = authenticationError(
  "missingApiKey",
  "An API key is expected: as the header `Authorization: Bearer <key>`, or in a first task.",
);

/** Whose key it is, or the error that says why it is nobody's. @param apiKey null = one that can be nobody's */
export async function authenticate(
  { gate, onFailure }: Pick<HttpContext, "gate" | "onFailure">,
  apiKey: string | null,
  address: string,
): Promise<Caller | { readonly error: WireError }> {
  try {
    const caller = apiKey === null ? null : await gate.authenticate(apiKey, address);
    if (caller !== null) return caller;
  } catch (error) {
    if (!(error instanceof MaskloomError) || error.code === "INTERNAL") onFailure(error);
    return { error: { ...describeFailure(error), taskType: "authentication" } };
  }
  return { error: authenticationError("invalidApiKey", "Invalid API key.") };
}

async function answerElement(
  context: HttpContext,
  caller: Caller,
  element: RequestElement,
  request: HttpRequest,
): Promise<readonly TaskAnswer[]> {
  switch (element.kind) {
    case "ping":
      return [{ item: PONG }];
    case "fault":
      return [{ error: element.error }];
    case "authentication": {
      const message = "authentication is expected as the first task of a request, or not at all.";
      return [{ error: { code: "invalidTask", message, taskType: "authentication" } }];
    }
    case "task":
      return performInTime(context, caller, element, request);
  }
}

/** What has come when the time is up is answered; the rest is still to be had, so the error says how. */
async function performInTime(
  context: HttpContext,
  caller: Caller,
  element: TaskElement,
  { task, signal, deadline }: HttpRequest,
): Promise<readonly TaskAnswer[]> {
  const answers: TaskAnswer[] = [];
  const over = AbortSignal.any([signal, deadline]);
  const performed = performTask(context, caller, element, { ...task, signal: over }, (answer) => {
    if (!over.aborted) answers.push(answer);
  });
  const isInTime = await Promise.race([performed.then(() => !over.aborted), aborted(over)]);
  if (isInTime) return answers;
  return [...answers, belongingTo(element, { error: isTimeout(over) ? TOO_LONG : CLOSING })];
}

const TOO_LONG: WireError = {
  code: "providerTimeout",
  message: "The task takes longer than this request may; it goes on, and getResponse will have it.",
};
const CLOSING: WireError = {
  code: "serviceUnavailable",
  message: "The server is closing; a task that was begun goes on, and getResponse will have it.",
};

const isTimeout = ({ reason }: AbortSignal): boolean =>
  reason instanceof Error && reason.name === "TimeoutError";

function aborted(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(false);
    signal.addEventListener("abort", () => resolve(false), { once: true });
  });
}

/** The key `errors` is there only where there are some: its presence alone means failure to some clients. */
function answerWith(answers: readonly TaskAnswer[]): HttpAnswer {
  const data = answers.flatMap((answer) => ("item" in answer ? [answer.item] : []));
  const errors = answers.flatMap((answer) => ("error" in answer ? [boundedError(answer.error)] : []));
  const [error] = errors;
  if (error === undefined) return { status: 200, headers: {}, body: { data } };
  const status = data.length > 0 ? 200 : statusOfCode(error.code);
  return { status, headers: headersOf(status, error), body: { data, errors, error } };
}

/** A request that failed as a whole. */
export function failure(error: WireError, status = statusOfCode(error.code)): HttpAnswer {
  const bounded = boundedError(error);
  return {
    status,
    headers: headersOf(status, error),
    body: { data: [], errors: [bounded], error: bounded },
  };
}

const RETRY_AFTER_SECONDS = 1;

function headersOf(status: number, { code, context }: WireError): Record<string, string> {
  if (status === 401) return { "www-authenticate": 'Bearer realm="maskloom"' };
  if (status !== 429 && status !== 503) return {};
  /* Somebody has to bring the model here first; asking again does not. */
  if (/^model/.test(code)) return {};
  const seconds = Number(context?.["retryAfterSeconds"] ?? RETRY_AFTER_SECONDS);
  return { "retry-after": String(Math.max(1, Math.ceil(seconds))) };
}
