/** How sure two stages have to be, each 0–1. */
export interface StageThresholds {
  /** Of the network that finds. */
  readonly detector: number;
  /** Of the network that looks closer and says whether it is there at all. */
  readonly presence: number;
}

/**
 * The thresholds of two stages at a `confidence`, which holds for the product of their scores. They are the stages'
 * own, so that the same is found as in the original, as long as `confidence` is not below the product of the two;
 * below it, both are lowered by the same factor, until their product is the confidence.
 */
export function stageThresholds(own: StageThresholds, confidence: number): StageThresholds {
  const factor = Math.sqrt(Math.min(1, confidence / (own.detector * own.presence)));
  return { detector: own.detector * factor, presence: own.presence * factor };
}
