import { describe, expect, it, vi } from "vitest";
import { type ErrorCode, MaskloomError } from "../../../src/errors.ts";
import { createBreakers } from "../../../src/runs/calls/breakers.ts";

const REST_MS = 20;
const settings = (id: string) => ({ id, breaker: { failures: 3, restMs: REST_MS } });
const failing = (code: ErrorCode) => async () => {
  throw new MaskloomError(code, "it failed");
};
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "good",
    (error: unknown) => (error instanceof MaskloomError ? error.message : error),
  );

describe("a provider that fails again and again", () => {
  it("is given a rest after so many failures in a row, and a try after it that ends the rest", async () => {
    const changed = vi.fn();
    const breakers = createBreakers(changed);
    for (let at = 0; at < 3; at++)
      expect(await codeOf(breakers.within(settings("p"), failing("PROVIDER_FAILED")))).toBe("it failed");
    expect(breakers.open()).toMatchObject([{ provider: "p" }]);
    expect(await codeOf(breakers.within(settings("p"), async () => "never called"))).toMatch(
      "provider p: it failed 3 times in a row and is given a rest of 0.02 s",
    );
    /* Another one is not concerned. */
    expect(await codeOf(breakers.within(settings("q"), async () => "called"))).toBe("good");
    await vi.waitFor(async () =>
      expect(await codeOf(breakers.within(settings("p"), async () => "called"))).toBe("good"),
    );
    expect(breakers.open()).toEqual([]);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it("is to be asked again when what is left of its rest is over", async () => {
    vi.useFakeTimers();
    try {
      const breakers = createBreakers();
      const within = (work: () => Promise<unknown>) =>
        breakers.within({ id: "p", breaker: { failures: 1, restMs: 600_000 } }, work);
      await codeOf(within(failing("TIMED_OUT")));
      vi.advanceTimersByTime(590_000);
      await expect(within(async () => "never called")).rejects.toMatchObject({ retryAfterSeconds: 10 });
      vi.advanceTimersByTime(10_000);
      expect(await within(async () => "called")).toBe("called");
    } finally {
      vi.useRealTimers();
    }
  });

  it("is not one that refuses, or that something good came from in between", async () => {
    const breakers = createBreakers();
    for (let at = 0; at < 5; at++) await codeOf(breakers.within(settings("p"), failing("PROVIDER_REFUSED")));
    for (let at = 0; at < 5; at++) {
      await codeOf(breakers.within(settings("p"), failing("TIMED_OUT")));
      await codeOf(breakers.within(settings("p"), failing("TIMED_OUT")));
      expect(await codeOf(breakers.within(settings("p"), async () => "called"))).toBe("good");
    }
    expect(breakers.open()).toEqual([]);
  });
});
