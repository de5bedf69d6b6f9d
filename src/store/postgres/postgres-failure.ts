/** What PostgreSQL (by its code), pg or a socket says, and what to do about it; the first that fits counts. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/client password must be/, "it asks for a password; put it into DATABASE_URL, or into DATABASE_PASSWORD"],
  [/^28P01/, "user or password are wrong; correct them in DATABASE_URL, or DATABASE_PASSWORD"],
  [
    /^28000/,
    "it lets this user in from here by no rule; correct the user in DATABASE_URL, or add a line to pg_hba.conf",
  ],
  [
    /^3D000/,
    "correct its name in DATABASE_URL, or make it, as an administrator: CREATE DATABASE maskloom OWNER maskloom",
  ],
  [/^42501/, "let DATABASE_URL's user own the database, or GRANT CREATE ON DATABASE … TO it"],
  [/^(0A000|58P01).*extension/, "install it on that machine; Debian has it in postgresql-contrib"],
  [
    /^53300/,
    "raise max_connections there, lower DATABASE_CONNECTIONS, or put a pooler before it (docs/operations.md)",
  ],
  [/^57P0/, "it is starting or stopping; try again in a moment"],
  [/does not support SSL/, "it speaks no TLS there; take sslmode out of DATABASE_URL, or turn ssl on there"],
  [
    /certificate|UNABLE_TO/i,
    "its certificate is not trusted; name its authority by sslrootcert=<file> in DATABASE_URL, and the host as in the certificate",
  ],
  [/ENOTFOUND|EAI_AGAIN/, "no machine of that name is known here; correct DATABASE_URL"],
];

/** What is wrong with the database, in its own words, and what to do where that is known; else `otherwise`. */
export function withDatabaseAdvice(error: unknown, otherwise = ""): string {
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const advice = ADVICE.find(([pattern]) => pattern.test(`${code} ${reason}`.trim()))?.[1] ?? otherwise;
  return advice === "" ? reason : `${reason}; ${advice}`;
}
