import { MaskloomError } from "../errors.ts";

/** A remote provider answered what is of no use, and told its price. */
export class PricedUselessAnswer extends MaskloomError {
  /** USD; null where it was not told. */
  readonly cost: number | null;

  constructor(message: string, cost: number | null, options: { readonly cause?: unknown } = {}) {
    super("OUTPUT_INVALID", message, options);
    this.cost = cost;
  }
}
