import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { providersOf } from "../../src/config/provider-settings.ts";
import { callRetryMs } from "../../src/engine/call-retry.ts";
import { ERRORS, type ErrorCode } from "../../src/errors.ts";

const policyOf = (retries?: unknown) => {
  const entry = { id: "p", kind: "a1111", ...(retries === undefined ? {} : { retries }) };
  const [settings] = providersOf([entry], {});
  if (settings === undefined) throw new Error("there is no provider");
  return settings.retryPolicy;
};
/** The pauses of a call that fails so every time. */
const pauses = (retries: unknown, failure: Parameters<typeof callRetryMs>[1], random = 0.999_999) => {
  const all: number[] = [];
  for (let tries = 0; tries < 50; tries++) {
    const wait = callRetryMs(policyOf(retries), failure, tries, random);
    if (wait === null) return all;
    all.push(Math.round(wait));
  }
  throw new Error("it never ends");
};

describe("a call that failed", () => {
  it("is made again twice after growing pauses, or as often as is configured", () => {
    expect(pauses(undefined, { code: "PROVIDER_FAILED" })).toEqual([500, 1000]);
    expect(pauses(0, { code: "PROVIDER_FAILED" })).toEqual([]);
    expect(pauses(6, { code: "PROVIDER_UNAVAILABLE" })).toEqual([500, 1000, 2000, 4000, 8000, 10_000]);
  });

  it("is made again after the pauses that are configured", () => {
    const fixed = { attempts: 3, backoff: { type: "fixed", delay: "3s" } };
    expect(pauses(fixed, { code: "TIMED_OUT" })).toEqual([3000, 3000]);
    const quick = { attempts: 5, backoff: { type: "exponential", delay: "1s", max: "3s" } };
    expect(pauses(quick, { code: "TIMED_OUT" })).toEqual([1000, 2000, 3000, 3000]);
    expect(pauses({ attempts: 3, backoff: "none" }, { code: "TIMED_OUT" })).toEqual([0, 0]);
  });

  it("is made again after those failures only that are configured", () => {
    const only = { attempts: 2, on: ["PROVIDER_REFUSED"] };
    expect(pauses(only, { code: "PROVIDER_REFUSED" })).toHaveLength(1);
    expect(pauses(only, { code: "PROVIDER_FAILED" })).toEqual([]);
    expect(() => policyOf({ attempts: 2, on: ["OUTPUT_INVALID"] })).toThrow("retries");
  });

  it("waits as long as the provider asks for; longer than the longest pause is the engine's to wait", () => {
    expect(pauses(2, { code: "PROVIDER_UNAVAILABLE", retryAfterSeconds: 4 }, 0)).toEqual([4000, 4000]);
    expect(pauses(2, { code: "PROVIDER_UNAVAILABLE", retryAfterSeconds: 11 })).toEqual([]);
    const patient = { attempts: 2, backoff: { type: "exponential", max: "1m" } };
    expect(pauses(patient, { code: "PROVIDER_UNAVAILABLE", retryAfterSeconds: 11 }, 0)).toEqual([11_000]);
  });

  it("is never made again where it may be on a bill, or where trying again cannot help", () => {
    const codes = Object.keys(ERRORS) as ErrorCode[];
    const again = codes.filter((code) => callRetryMs(policyOf(), { code }, 0, 0.5) !== null);
    expect(again.every((code) => ERRORS[code].retry)).toBe(true);
    for (const code of ["CALL_OPEN", "CALL_UNCERTAIN", "OUTPUT_INVALID", "BUDGET_EXCEEDED"] as const)
      expect(callRetryMs({ attempts: 9, on: [code] }, { code }, 0, 0.5)).toBeNull();
  });

  it("never waits less than is asked for, nor longer than half as long again", () => {
    fc.assert(
      fc.property(fc.nat(10), fc.double({ min: 0, max: 0.999, noNaN: true }), (seconds, random) => {
        const failure = { code: "PROVIDER_UNAVAILABLE", retryAfterSeconds: seconds } as const;
        const wait = callRetryMs(policyOf(), failure, 0, random) ?? Number.NaN;
        expect(wait).toBeGreaterThanOrEqual(seconds * 1000);
        expect(wait).toBeLessThanOrEqual(Math.max(500, seconds * 1500));
      }),
    );
  });
});
