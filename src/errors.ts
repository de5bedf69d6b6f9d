import { z } from "zod";
import { describeIssues } from "./describe-issues.ts";

/**
 * Every failure a caller can see. The row decides the HTTP status, the wire's code
 * (chosen so that the official SDKs sort it into the right category) and whether the engine retries.
 * Each code has a heading in docs/errors.md.
 */
export const ERRORS = {
  INPUT_INVALID: { status: 400, wire: "invalidParameter", retry: false },
  INPUT_MISSING: { status: 404, wire: "missingInputImage", retry: false },
  IMAGE_UNREADABLE: { status: 422, wire: "invalidInputImage", retry: false },
  IMAGE_UNSUPPORTED: { status: 415, wire: "unsupportedInputImage", retry: false },
  IMAGE_TOO_LARGE: { status: 413, wire: "valueTooLarge", retry: false },
  MASK_MISMATCH: { status: 422, wire: "invalidMaskImage", retry: false },
  NOTHING_DETECTED: { status: 422, wire: "invalidInputImage", retry: false },
  QUALITY_REJECTED: { status: 422, wire: "validationFailed", retry: false },
  WORKFLOW_INVALID: { status: 400, wire: "validationFailed", retry: false },
  WORKFLOW_UNKNOWN: { status: 404, wire: "workflowNotFound", retry: false },
  FEATURE_NOT_YET: { status: 501, wire: "unsupportedParameter", retry: false },
  MODEL_UNKNOWN: { status: 404, wire: "modelNotFound", retry: false },
  MODEL_UNAVAILABLE: { status: 503, wire: "modelUnavailable", retry: false },
  MODEL_UNREADABLE: { status: 422, wire: "modelNotReady", retry: false },
  DOWNLOAD_FAILED: { status: 502, wire: "modelUnavailable", retry: false },
  PICTURE_UNKNOWN: { status: 404, wire: "mediaNotFound", retry: false },
  /** It was here, and was not kept for ever. */
  PICTURE_GONE: { status: 404, wire: "mediaNotFound", retry: false },
  FETCH_FAILED: { status: 422, wire: "downloadFailed", retry: true },
  TARGET_REFUSED: { status: 400, wire: "invalidURL", retry: false },
  PROVIDER_UNAVAILABLE: { status: 503, wire: "noAvailableServer", retry: true },
  PROVIDER_FAILED: { status: 502, wire: "providerError", retry: true },
  /** It will refuse the same request again: key, balance, or what was asked for. */
  PROVIDER_REFUSED: { status: 502, wire: "providerError", retry: false },
  /** A provider does not do what the picture shows or the prompt says. */
  CONTENT_REFUSED: { status: 422, wire: "contentPolicyViolation", retry: false },
  CALL_OPEN: { status: 502, wire: "providerTimeout", retry: true },
  CALL_UNCERTAIN: { status: 502, wire: "providerTimeout", retry: false },
  BUDGET_EXCEEDED: { status: 402, wire: "quotaExceeded", retry: false },
  NOT_FOUND: { status: 404, wire: "taskNotFound", retry: false },
  CONFLICT: { status: 409, wire: "conflictTaskUUID", retry: false },
  UNAUTHORIZED: { status: 401, wire: "invalidApiKey", retry: false },
  METHOD_NOT_ALLOWED: { status: 405, wire: "invalidParameter", retry: false },
  FORBIDDEN: { status: 403, wire: "forbidden", retry: false },
  RATE_LIMITED: { status: 429, wire: "rateLimitExceeded", retry: false },
  OUTPUT_UNWRITABLE: { status: 507, wire: "processingFailed", retry: false },
  OUTPUT_INVALID: { status: 500, wire: "processingFailed", retry: false },
  ARTIFACT_CORRUPT: { status: 500, wire: "processingFailed", retry: false },
  DISK_FULL: { status: 507, wire: "serviceUnavailable", retry: true },
  ENGINE_UNAVAILABLE: { status: 503, wire: "serviceUnavailable", retry: true },
  WORKER_LOST: { status: 503, wire: "serviceUnavailable", retry: true },
  TIMED_OUT: { status: 504, wire: "providerTimeout", retry: true },
  CANCELLED: { status: 409, wire: "taskCancelled", retry: false },
  INTERNAL: { status: 500, wire: "internalServerError", retry: true },
} as const satisfies Record<string, { status: number; wire: string; retry: boolean }>;

export type ErrorCode = keyof typeof ERRORS;

interface MaskloomErrorOptions extends ErrorOptions {
  /** When trying again can help, in seconds; HTTP says it as Retry-After. */
  readonly retryAfterSeconds?: number;
  /** From when on it is so, where that is known. */
  readonly since?: Date;
}

/** The message says what, what was expected, what was received and, where it helps, what to do. */
export class MaskloomError extends Error {
  override readonly name = "MaskloomError";
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;
  readonly since: Date | undefined;

  constructor(code: ErrorCode, message: string, options?: MaskloomErrorOptions) {
    super(message, options);
    this.code = code;
    this.retryAfterSeconds = options?.retryAfterSeconds;
    this.since = options?.since;
  }
}

/** What is stored and sent of an error; the stack stays in the log. */
export const ErrorRecord = z.object({ code: z.string(), message: z.string() });
export type ErrorRecord = z.output<typeof ErrorRecord>;

/** Any thrown value as a MaskloomError; what we did not foresee becomes INTERNAL and keeps its cause. */
export function toMaskloomError(error: unknown): MaskloomError {
  if (error instanceof MaskloomError) return error;
  if (isAbort(error)) return new MaskloomError("CANCELLED", "the work was cancelled", { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  if (DISK_FULL.some((code) => hasCode(error, code)))
    return new MaskloomError("DISK_FULL", message, { cause: error });
  return new MaskloomError("INTERNAL", message, { cause: error });
}

/** As Node says it, and as PostgreSQL does. */
const DISK_FULL = ["ENOSPC", "EDQUOT", "53100"];

export function toErrorRecord(error: unknown): ErrorRecord {
  const { code, message } = toMaskloomError(error);
  return { code, message };
}

/** What was stored of an error, as an error again; a code of another version is INTERNAL. */
export function fromErrorRecord({ code, message }: ErrorRecord): MaskloomError {
  return new MaskloomError(Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : "INTERNAL", message);
}

/** Pixel code knows no file names; whoever reads of a picture's failure wants one. */
export function namingFile({ code, message }: ErrorRecord, file: string): ErrorRecord {
  return { code, message: message.includes(file) ? message : `${file}: ${message}` };
}

/** Node's own errors carry a string code such as ENOENT. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** The one way data crosses a border: HTTP bodies, job payloads, step results, manifests, environment. */
export function parseAs<S extends z.ZodType>(
  schema: S,
  value: unknown,
  what: string,
  code: ErrorCode = "INPUT_INVALID",
): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new MaskloomError(code, `${what}: ${describeIssues(result.error, value)}`);
}
