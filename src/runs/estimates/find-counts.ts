import { type Sample, sampleOf } from "./sum-range.ts";

interface Finds {
  readonly step: string;
  readonly detections: readonly unknown[];
}

/** How many things a step finds in a picture. */
export interface FindSample extends Sample {
  /** Whether it finds anything: 1 for a picture in which it does, else 0. */
  readonly any: Sample;
}

/** How many things each step finds in the pictures that are looked at. */
export class FindCounts {
  readonly #counts = new Map<string, number[]>();

  /** Of one picture. */
  add(finds: readonly Finds[]): void {
    for (const { step, detections } of finds) {
      const counts = this.#counts.get(step) ?? [];
      counts.push(detections.length);
      this.#counts.set(step, counts);
    }
  }

  samples(): ReadonlyMap<string, FindSample> {
    const sample = (counts: readonly number[]): FindSample => ({
      ...sampleOf(counts),
      any: sampleOf(counts.map((count) => Math.min(1, count))),
    });
    return new Map([...this.#counts].map(([step, counts]) => [step, sample(counts)]));
  }
}
