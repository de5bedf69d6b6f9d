import { writeFailure } from "../../write-failure.ts";

/** What went wrong in the home folder, in our terms; anything that is no matter of the disk stays as it is. */
export function homeFailure(home: string, error: unknown): unknown {
  return writeFailure(
    home,
    error,
    "set MASKLOOM_HOME to another folder or DATABASE_URL to a PostgreSQL server",
  );
}

/** Programs of PostgreSQL (run with LC_ALL=C) say in words what Node says in codes. */
export function saysDiskFull(text: string): boolean {
  return /No space left on device|Disk quota exceeded/.test(text);
}
