import { describe, expect, it } from "vitest";
import { withDatabaseAdvice } from "../../../src/store/postgres/postgres-failure.ts";

const said = (code: string, message: string) => Object.assign(new Error(message), { code });

describe("a database that cannot be used", () => {
  it.each([
    [said("28P01", 'password authentication failed for user "maskloom"'), "DATABASE_PASSWORD"],
    [new Error("SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string"), "asks for a password"],
    [said("28000", 'no pg_hba.conf entry for host "10.0.0.7"'), "add a line to pg_hba.conf"],
    [said("3D000", 'database "maskloom" does not exist'), "CREATE DATABASE maskloom OWNER maskloom"],
    [said("42501", "permission denied for database maskloom"), "GRANT CREATE ON DATABASE"],
    [said("0A000", 'extension "pg_trgm" is not available'), "postgresql-contrib"],
    [said("53300", "sorry, too many clients already"), "raise max_connections"],
    [said("57P03", "the database system is starting up"), "try again in a moment"],
    [new Error("The server does not support SSL connections"), "take sslmode out of DATABASE_URL"],
    [new Error("self-signed certificate"), "sslrootcert=<file>"],
    [said("ENOTFOUND", "getaddrinfo ENOTFOUND nohost.invalid"), "no machine of that name"],
  ])("says what to do: %s", (error, advice) => {
    const text = withDatabaseAdvice(error, "something else");
    expect(text).toContain(`${error.message}; `);
    expect(text).toContain(advice);
    expect(text).not.toContain("something else");
  });

  it("says what is likely where nothing is known, or nothing", () => {
    const error = said("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:9");
    expect(withDatabaseAdvice(error, "start it")).toBe("connect ECONNREFUSED 127.0.0.1:9; start it");
    expect(withDatabaseAdvice(said("42P01", 'relation "x" does not exist'))).toBe(
      'relation "x" does not exist',
    );
  });
});
