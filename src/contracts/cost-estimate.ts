import { z } from "zod";

/* What a batch will probably cost at providers that are paid, before it begins. */

/** US dollars. */
const Money = z.number().min(0);

/** Nine times out of ten it is no less than `low` and no more than `high`, as far as the past tells. */
export const CostRange = z.strictObject({ low: Money, high: Money });
export type CostRange = z.output<typeof CostRange>;

export const CostEstimate = CostRange.extend({
  /** Those that may cost something, in the order of the workflow. */
  steps: z.array(
    CostRange.extend({
      step: z.string(),
      /** Whoever may execute it for money. */
      providers: z.array(z.string()),
      /**
       * What it goes by: `runs`, what the step cost in the workflow's last runs; `finds`, what was found in some of the pictures
       * and what a call costs; `guess`, what a call costs and how many regions a picture usually has.
       */
      basis: z.enum(["runs", "finds", "guess"]),
      /** Runs, or pictures that were looked at; 0 of a guess. */
      seen: z.int().min(0),
    }),
  ),
});
export type CostEstimate = z.output<typeof CostEstimate>;
