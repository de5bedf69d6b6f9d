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
});
