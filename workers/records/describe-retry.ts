import { toErrorRecord } from "../../src/errors.ts";

/** The line about a call to a provider that is made again: words, and what they rest on. */
export function describeRetry(error: unknown, waitMs: number): readonly [message: string, data: object] {
  return describe("the call is made again", error, waitMs);
}

/** The line about an answer of a provider that is here and could not be kept yet. */
export function describeKeepRetry(error: unknown, waitMs: number): readonly [message: string, data: object] {
  return describe("the answer is here, and is kept", error, waitMs);
}

function describe(what: string, error: unknown, waitMs: number): readonly [message: string, data: object] {
  const { code, message } = toErrorRecord(error);
  return [`${what} in ${(waitMs / 1000).toFixed(1)} s: ${message}`, { code }];
}
