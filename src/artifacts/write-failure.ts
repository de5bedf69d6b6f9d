import { hasCode, MaskloomError } from "../errors.ts";

/** What went wrong while writing below `folder`, in our terms; anything that is no matter of the disk stays as it is. */
export function writeFailure(folder: string, error: unknown): unknown {
  if (hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT")) {
    return new MaskloomError(
      "DISK_FULL",
      `${folder}: no room left; free some, or set ARTIFACTS_URL to another disk`,
      {
        cause: error,
      },
    );
  }
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "ENOENT"].some((code) => hasCode(error, code))) {
    const reason = error instanceof Error ? error.message : String(error);
    return new MaskloomError(
      "OUTPUT_UNWRITABLE",
      `${folder}: expected a folder that can be written: ${reason}`,
      {
        cause: error,
      },
    );
  }
  return error;
}
