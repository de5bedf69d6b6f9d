import { describe, expect, it } from "vitest";
import { ERRORS, type ErrorCode, MaskloomError } from "../../src/errors.ts";
import { errorAnswer } from "../../src/server/error-answer.ts";

describe("the answer to a failure", () => {
  it.each(Object.keys(ERRORS) as ErrorCode[])("has the status of %s and its message", (code) => {
    const { status, body } = errorAnswer(new MaskloomError(code, "what, expected, got"), "r1");
    expect({ status, body }).toEqual({
      status: ERRORS[code].status,
      body: { error: { code, message: "what, expected, got" } },
    });
  });

  it("names the request instead of repeating what nobody foresaw", () => {
    const { status, body } = errorAnswer(new TypeError("secret of table users"), "r2");
    expect(status).toBe(500);
    expect(JSON.stringify(body)).toContain("r2");
    expect(JSON.stringify(body)).not.toContain("secret");
  });

  it.each([
    [Object.assign(new Error("connect ECONNREFUSED /x"), { code: "ECONNREFUSED", syscall: "connect" })],
    [Object.assign(new Error("terminating connection"), { code: "57P01" })],
    [new Error("Connection terminated unexpectedly")],
  ])("says that the database is gone, where it is: %s", (error) => {
    expect(errorAnswer(error, "r3")).toMatchObject({
      status: 503,
      body: { error: { code: "ENGINE_UNAVAILABLE" } },
    });
  });

  it("does not take a missing file for a missing database", () => {
    const error = Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT", syscall: "open" });
    expect(errorAnswer(error, "r4").status).toBe(500);
  });
});
