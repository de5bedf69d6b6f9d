import { describe, expect, it } from "vitest";
import { connectionFact, connectionRemedy, neverSent, retryAfterSeconds } from "../src/connection-failure.ts";

const failed = (code: string, message: string) => {
  const cause = Object.assign(new Error(message), { code });
  return new TypeError("fetch failed", { cause });
};

describe("a connection that failed", () => {
  it.each([
    ["ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:9", "connect ECONNREFUSED 127.0.0.1:9", ""],
    [
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "self-signed certificate",
      "DEPTH_ZERO_SELF_SIGNED_CERT self-signed certificate",
      "NODE_EXTRA_CA_CERTS",
    ],
    [
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "unable to verify",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE unable to verify",
      "NODE_EXTRA_CA_CERTS",
    ],
    [
      "ERR_SSL_WRONG_VERSION_NUMBER",
      "wrong version",
      "ERR_SSL_WRONG_VERSION_NUMBER wrong version",
      "does it speak TLS",
    ],
  ])("before anything was sent is told from one that broke: %s", (code, message, fact, remedy) => {
    const error = failed(code, message);
    expect([neverSent(error), connectionFact(error)]).toEqual([true, fact]);
    expect(connectionRemedy(error)).toContain(remedy);
  });

  it("after it was sent may have arrived, and nothing is advised", () => {
    const error = failed("ECONNRESET", "read ECONNRESET");
    expect([neverSent(error), connectionFact(error), connectionRemedy(error)]).toEqual([
      false,
      "read ECONNRESET",
      "",
    ]);
  });

  it("to every address of a name is told by the first", () => {
    const all = ["::1", "127.0.0.1"].map((to) =>
      Object.assign(new Error(`connect ECONNREFUSED ${to}`), { code: "ECONNREFUSED" }),
    );
    const error = new TypeError("fetch failed", { cause: new AggregateError(all) });
    expect([neverSent(error), connectionFact(error)]).toEqual([true, "connect ECONNREFUSED ::1"]);
  });
});

describe("Retry-After", () => {
  it.each([
    ["7", 7],
    ["0", 0],
    [null, null],
    ["soon", null],
    [new Date(Date.now() - 60_000).toUTCString(), 0],
  ])("of %s is %s", (text, seconds) => {
    expect(retryAfterSeconds(text)).toBe(seconds);
  });
});
