import { describe, expect, it } from "vitest";
import { createFailedAttempts } from "../../src/server/failed-attempts.ts";

describe("wrong keys", () => {
  it("make an address wait until a minute after the first of them, and no other address", () => {
    let now = 1_000;
    const attempts = createFailedAttempts(() => now);
    for (let i = 0; i < 60; i++) {
      attempts.check("10.0.0.1");
      attempts.note("10.0.0.1");
      now += 500;
    }
    expect(() => attempts.check("10.0.0.1")).toThrow(
      expect.objectContaining({ code: "RATE_LIMITED", retryAfterSeconds: 30 }),
    );
    expect(() => attempts.check("10.0.0.2")).not.toThrow();
    now += 29_000;
    expect(() => attempts.check("10.0.0.1")).toThrow();
    now += 1_001;
    expect(() => attempts.check("10.0.0.1")).not.toThrow();
  });

  it.each([
    ["2001:db8:1:2::5", "2001:db8:1:2:ffff:ffff:ffff:ffff", true],
    ["2001:db8::5", "2001:db8:0:0:1::", true],
    ["::1", "::2", true],
    ["2001:db8:1:2::5", "2001:db8:1:3::5", false],
    ["::ffff:10.0.0.1", "::ffff:10.0.0.2", false],
  ])("of %s count for %s: %s", (first, second, isShared) => {
    const attempts = createFailedAttempts(() => 0);
    for (let i = 0; i < 60; i++) attempts.note(first);
    const check = () => attempts.check(second);
    if (isShared) expect(check).toThrow();
    else expect(check).not.toThrow();
  });
});
