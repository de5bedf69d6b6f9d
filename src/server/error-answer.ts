import type { ApiError } from "../contracts/api.ts";
import { ERRORS, hasCode, MaskloomError, toMaskloomError } from "../errors.ts";
import type { ApiAnswer } from "./route.ts";

/** What a failure says to the client: its code and message, and never a stack or what a library said by itself. */
export function errorAnswer(
  thrown: unknown,
  requestId: string,
): Omit<ApiAnswer, "headers"> & { readonly headers: Record<string, string>; readonly error: MaskloomError } {
  const error = knownError(thrown);
  const foreseen = error === thrown || error.code !== "INTERNAL";
  const message = foreseen
    ? error.message
    : `something unforeseen went wrong; the server's log has the details under request ${requestId}`;
  return {
    status: ERRORS[error.code].status,
    headers: headersOf(error),
    body: {
      error: { code: error.code, message },
      ...(error.since === undefined ? {} : { since: error.since.toISOString() }),
    } satisfies ApiError,
    error,
  };
}

function headersOf({ code, retryAfterSeconds }: MaskloomError): Record<string, string> {
  return {
    ...(code === "UNAUTHORIZED" ? { "www-authenticate": 'Bearer realm="maskloom"' } : {}),
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
  };
}

function knownError(thrown: unknown): MaskloomError {
  if (thrown instanceof MaskloomError) return thrown;
  if (isLostDatabase(thrown)) {
    return new MaskloomError("ENGINE_UNAVAILABLE", "the database does not answer; try again in a moment", {
      cause: thrown,
    });
  }
  if (NO_TEXT.some((code) => hasCode(thrown, code))) {
    return new MaskloomError(
      "INPUT_INVALID",
      "request: expected text that a database can hold, got the character NUL or half a character in it",
      {
        cause: thrown,
      },
    );
  }
  if (hasCode(thrown, "ENOSPC")) {
    return new MaskloomError("DISK_FULL", "the server's disk is full; make room and try again", {
      cause: thrown,
    });
  }
  return badRequest(thrown) ?? toMaskloomError(thrown);
}

/** PostgreSQL's words for text, or text within JSON, that it cannot hold: NUL, or half of a surrogate pair. */
const NO_TEXT = ["22021", "22P05"];

/** Connection failures of Node, and PostgreSQL's class 57P: shut down, crashed, starting. */
const LOST = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOENT", "57P01", "57P02", "57P03"];

function isLostDatabase(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const isConnect = "syscall" in thrown && thrown.syscall === "connect";
  const lost = LOST.some((code) => hasCode(thrown, code)) && (isConnect || !("syscall" in thrown));
  return lost || /^(Connection terminated|timeout exceeded when trying to connect)/.test(thrown.message);
}

/** What Express and its parsers refuse carries the status as a number. */
function badRequest(thrown: unknown): MaskloomError | null {
  if (!(thrown instanceof Error) || !("status" in thrown) || typeof thrown.status !== "number") return null;
  if (thrown.status < 400 || thrown.status >= 500) return null;
  const code = thrown.status === 413 ? "IMAGE_TOO_LARGE" : "INPUT_INVALID";
  return new MaskloomError(code, `request: ${thrown.message}`, { cause: thrown });
}
