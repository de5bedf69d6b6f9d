import type { ApiError as ErrorBody } from "../../../src/contracts/api.ts";

/** Codes of this page itself; all others are the server's (docs/errors.md). */
export type PageErrorCode = "OFFLINE" | "UNEXPECTED_ANSWER";

/** A request that did not succeed: what the server says about it, or that it could not be reached. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** Of HTTP; 0 where there was no answer. */
  readonly status: number;
  readonly code: string;
  /** The run that was begun before it failed. */
  readonly runUUID: string | null;
  /** Names the request in the server's log. */
  readonly requestId: string | null;
  /** ISO; from when on it is so, where that is known. */
  readonly since: string | null;

  constructor(facts: {
    status: number;
    code: string;
    message: string;
    runUUID?: string | null;
    requestId?: string | null;
    since?: string | null;
  }) {
    super(facts.message);
    this.status = facts.status;
    this.code = facts.code;
    this.runUUID = facts.runUUID ?? null;
    this.requestId = facts.requestId ?? null;
    this.since = facts.since ?? null;
  }
}

/** Whether trying the same again may help: the server was away, busy, or failed by itself. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);
}

/** What an answer's body says of its failure; proxies answer in their own words, so nothing about it is taken for granted. */
export function readFailure(status: number, body: unknown, requestId: string | null): ApiError {
  if (isErrorBody(body)) {
    const { error, runUUID = null, since = null } = body;
    return new ApiError({ status, requestId, ...error, runUUID, since });
  }
  return new ApiError({
    status,
    code: "UNEXPECTED_ANSWER" satisfies PageErrorCode,
    message: `expected JSON of Maskloom's API, got something else with HTTP status ${status}; is a proxy in between?`,
    requestId,
  });
}

function isErrorBody(body: unknown): body is ErrorBody {
  if (typeof body !== "object" || body === null || !("error" in body)) return false;
  const { error } = body;
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    typeof error.code === "string" &&
    "message" in error &&
    typeof error.message === "string"
  );
}
