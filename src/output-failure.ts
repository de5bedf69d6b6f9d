import { hasCode, MaskloomError } from "./errors.ts";
import { nameTooLong } from "./name-too-long.ts";

/** What went wrong while writing `file`, in our terms. */
export function outputFailure(file: string, error: unknown): MaskloomError {
  if (error instanceof MaskloomError) return error;
  const cause = { cause: error };
  if (hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT")) {
    const message = `${file}: no room left on the disk; free some and give the same command again`;
    return new MaskloomError("DISK_FULL", message, cause);
  }
  if (hasCode(error, "ENAMETOOLONG")) {
    const what = `${nameTooLong(file)}; rename the picture, or choose another --format or a shorter --out`;
    return new MaskloomError("OUTPUT_UNWRITABLE", what, cause);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new MaskloomError("OUTPUT_UNWRITABLE", `${file}: cannot be written: ${reason}`, cause);
}
