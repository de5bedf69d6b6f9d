import type { Acceptance } from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";

/** The numbers of a painted region that a gate may judge; null where there was nothing to measure. */
export interface Judged {
  readonly seam: number | null;
  readonly colorShift: number | null;
  readonly sharpnessGain: number | null;
}

const JUDGED = ["seam", "colorShift", "sharpnessGain"] as const satisfies readonly (keyof Judged)[];

type Test = (value: number, bound: number) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** How many times a region is painted anew at most, where no number is given. */
const DEFAULT_TIMES = 1;
/** A prime, so that the seeds of rerolls meet neither those of candidates nor of a list's elements, which count up. */
const SEED_STEP = 1_000_003;
const SEEDS = 2 ** 32;

/** Why a region is not accepted, such as `seam 1.52 is not < 1.3`; null where it is. What was not measured passes. */
export function rejectionOf(accept: Acceptance, measured: Judged): string | null {
  const reasons = JUDGED.flatMap((name) => {
    const [comparison, value] = [accept[name], measured[name]];
    if (comparison === undefined || value === null || holds(comparison, value)) return [];
    return [`${name} ${value.toFixed(2)} is not ${comparison.trim()}`];
  });
  return reasons.length === 0 ? null : reasons.join(", ");
}

function holds(comparison: string, value: number): boolean {
  const [, operator = "", bound = ""] = /^\s*([<>]=?)\s*(-?[\d.]+)\s*$/.exec(comparison) ?? [];
  const test = TESTS[operator];
  if (test !== undefined) return test(value, Number(bound));
  throw new MaskloomError(
    "INPUT_INVALID",
    `accept: expected a comparison such as "< 1.3", got "${comparison}"`,
  );
}

/** How often a region may be painted. Without chance a second try would be the first one again. */
export function triesOf({ otherwise, times = DEFAULT_TIMES }: Acceptance, seeded: boolean): number {
  return otherwise === "reroll" && seeded ? 1 + times : 1;
}

/** What becomes of a region that no try made acceptable. */
export function endingOf({ otherwise, finally: last }: Acceptance): "keepOriginal" | "fail" {
  return otherwise === "reroll" ? (last ?? "keepOriginal") : otherwise;
}

/** Of the try with this number, counted from 1; the first has the seed itself. */
export function seedOfTry(seed: number | undefined, number: number): number | undefined {
  if (seed === undefined || number === 1) return seed;
  return (seed + (number - 1) * SEED_STEP) % SEEDS;
}
