import { hasCode, MaskloomError } from "./errors.ts";

/** Said beside the system's own words, which name the path. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user may not",
  EPERM: "this user may not",
  EROFS: "its file system is read-only",
  EEXIST: "a file is in its place",
  ENOTDIR: "a file is in the place of a folder",
  ENOENT: "it is not there and cannot be made",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
};

/**
 * What went wrong while writing below `folder`, in our terms; anything that is no matter of the disk stays as it is.
 * @param elsewhere what to do where that folder cannot be mended, such as `set MASKLOOM_HOME to another folder`
 */
export function writeFailure(folder: string, error: unknown, elsewhere: string): unknown {
  if (error instanceof MaskloomError || !(error instanceof Error)) return error;
  const cause = { cause: error };
  if (hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT")) {
    return new MaskloomError("DISK_FULL", `${folder}: no room left; free some, or ${elsewhere}`, cause);
  }
  const code = Object.keys(REASONS).find((name) => hasCode(error, name));
  if (code === undefined) return error;
  return new MaskloomError(
    "OUTPUT_UNWRITABLE",
    `${folder}: expected a folder that can be written, but ${REASONS[code]} (${error.message}); ` +
      `change that, or ${elsewhere}`,
    cause,
  );
}
