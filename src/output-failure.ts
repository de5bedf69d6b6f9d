import { hasCode, MaskloomError } from "./errors.ts";

/** What went wrong while writing `file`, in our terms. */
export function outputFailure(file: string, error: unknown): MaskloomError {
  if (error instanceof MaskloomError) return error;
  const cause = { cause: error };
  if (hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT")) {
    const message = `${file}: no room left on the disk; free some and give the same command again`;
    return new MaskloomError("DISK_FULL", message, cause);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new MaskloomError("OUTPUT_UNWRITABLE", `${file}: cannot be written: ${reason}`, cause);
}
