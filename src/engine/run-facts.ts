import { z } from "zod";
import type { TaskState } from "./run-state.ts";

/** What a list of runs is searched and sorted by, of all that its tasks know. */
export interface RunFacts {
  readonly models: readonly string[];
  readonly providers: readonly string[];
  /** Dollars; null where nothing says what it cost. */
  readonly cost: number | null;
  /** Worst of the regions of all steps: the highest seam, the lowest gain; null where none was measured. */
  readonly seam: number | null;
  readonly sharpness: number | null;
}

const Judged = z.object({
  quality: z.object({
    regions: z.array(z.object({ seam: z.number().nullable(), sharpnessGain: z.number().nullable() })),
  }),
});

/** Prices are decimal fractions: beyond this their sum is an error of binary ones. */
const DIGITS = 1e9;

export function runFacts(tasks: readonly TaskState[]): RunFacts {
  const costs = tasks.map(({ cost }) => cost).filter(isKnown);
  const regions = tasks.flatMap(({ output }) => Judged.safeParse(output).data?.quality.regions ?? []);
  return {
    models: [...new Set(tasks.map(({ model }) => model).filter(isKnown))],
    providers: [...new Set(tasks.map(({ provider }) => provider).filter(isKnown))],
    cost:
      costs.length === 0 ? null : Math.round(costs.reduce((sum, cost) => sum + cost, 0) * DIGITS) / DIGITS,
    seam: worst(
      Math.max,
      regions.map(({ seam }) => seam),
    ),
    sharpness: worst(
      Math.min,
      regions.map(({ sharpnessGain }) => sharpnessGain),
    ),
  };
}

function worst(
  pick: (one: number, other: number) => number,
  values: readonly (number | null)[],
): number | null {
  return values.reduce(
    (found, value) => (value === null ? found : found === null ? value : pick(found, value)),
    null,
  );
}

const isKnown = <Value>(value: Value | null): value is Value => value !== null;
