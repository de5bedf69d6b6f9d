import { z } from "zod";
import type { TaskState } from "./run-state.ts";

/** What a list of runs is searched and sorted by, of all that its tasks know. */
export interface RunFacts {
  readonly models: readonly string[];
  readonly providers: readonly string[];
  /** Worst of the regions of all steps: the highest seam, the lowest gain; null where none was measured. */
  readonly seam: number | null;
  readonly sharpness: number | null;
}

const Judged = z.object({
  quality: z.object({
    regions: z.array(z.object({ seam: z.number().nullable(), sharpnessGain: z.number().nullable() })),
  }),
});

export function runFacts(tasks: readonly TaskState[]): RunFacts {
  const regions = tasks.flatMap(({ output }) => Judged.safeParse(output).data?.quality.regions ?? []);
  return {
    models: [...new Set(tasks.map(({ model }) => model).filter(isKnown))],
    providers: [...new Set(tasks.map(({ provider }) => provider).filter(isKnown))],
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
