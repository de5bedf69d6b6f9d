import type { CostRange } from "../../contracts/cost-estimate.ts";

/** What was seen of a quantity: how often, its mean and its standard deviation. */
export interface Sample {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
}

/** The part of a normal distribution within ± this many deviations is 90 %. */
const NINE_OF_TEN = 1.645;

export function sampleOf(values: readonly number[]): Sample {
  const count = values.length;
  if (count === 0) return { count, mean: 0, deviation: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, deviation: count === 1 ? 0 : Math.sqrt(squares / (count - 1)) };
}

/**
 * Where the sum of `more` further values will lie, nine times out of ten: their own spread, and how little the mean of few
 * values says of the mean of all (the prediction interval of a sum). A few values that are equal do not mean that all are:
 * one more is assumed that is off by the mean.
 */
export function sumRange({ count, mean, deviation }: Sample, more: number): CostRange {
  if (count === 0) return { low: 0, high: 0 };
  const variance = (count * deviation ** 2 + mean ** 2) / (count + 1);
  const margin = NINE_OF_TEN * Math.sqrt(more * variance + (more ** 2 * variance) / count);
  return { low: Math.max(0, more * mean - margin), high: more * mean + margin };
}
