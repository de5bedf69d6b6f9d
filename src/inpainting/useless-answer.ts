import { MaskloomError } from "../errors.ts";

interface UselessAnswerOptions {
  readonly cause?: unknown;
  /** Where it is billed all the same. `cost`: in USD; null where it was not told. */
  readonly bill?: { readonly cost: number | null };
}

/**
 * A remote provider carried out what it was asked for, and what came of it cannot be used: PROVIDER_FAILED, which is tried
 * again; OUTPUT_INVALID where it is billed, which is not.
 */
export class UselessAnswer extends MaskloomError {
  /** USD; null where it was not told, or nothing is billed. */
  readonly cost: number | null;

  constructor(message: string, { bill, ...options }: UselessAnswerOptions = {}) {
    super(bill === undefined ? "PROVIDER_FAILED" : "OUTPUT_INVALID", message, options);
    this.cost = bill?.cost ?? null;
  }
}
