import { toErrorRecord } from "../../src/errors.ts";

/** The line about a call to a provider that is made again: words, and what they rest on. */
export function describeRetry(error: unknown, waitMs: number): readonly [message: string, data: object] {
  const { code, message } = toErrorRecord(error);
  return [`the call is made again in ${(waitMs / 1000).toFixed(1)} s: ${message}`, { code }];
}
