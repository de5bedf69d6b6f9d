import { type ErrorCode, toMaskloomError } from "../errors.ts";

/** 0 all good, 1 some failed, 2 bad usage; 128 + the signal's number where a signal ended the command. */
export const EXIT = { good: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143 } as const;

/** What the command line itself got wrong: another argument would help, trying again would not. */
const USAGE_ERRORS: ReadonlySet<ErrorCode> = new Set([
  "INPUT_INVALID",
  "INPUT_MISSING",
  "WORKFLOW_INVALID",
  "WORKFLOW_UNKNOWN",
  "FEATURE_NOT_YET",
  "MODEL_UNKNOWN",
  /* Both before anything was begun: where a picture or a task meets with them, that is its own failure. */
  "MODEL_UNAVAILABLE",
  "PROVIDER_UNAVAILABLE",
]);

/** For an error that ended a whole command. A single picture's error is its own and counts as 1. */
export function exitCodeOf(error: unknown): number {
  return USAGE_ERRORS.has(toMaskloomError(error).code) ? EXIT.usage : EXIT.failed;
}
