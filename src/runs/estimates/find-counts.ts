import { type Sample, sampleOf } from "./sum-range.ts";

interface Finds {
  readonly step: string;
  readonly detections: readonly unknown[];
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

  samples(): ReadonlyMap<string, Sample> {
    return new Map([...this.#counts].map(([step, counts]) => [step, sampleOf(counts)]));
  }
}
