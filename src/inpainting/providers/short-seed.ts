/** Seeds of these programs' nodes and samplers have 32 bits. */
const SEEDS = 2 ** 32;

export interface ShortSeed {
  readonly seed: number;
  /** What is to be said where another one was asked for. */
  readonly warnings: readonly string[];
}

/** The seed that is sent in place of one that may have more bits: always the same for the same. @param who begins the warning */
export function shortSeed(asked: number, who: string): ShortSeed {
  const seed = asked % SEEDS;
  const warnings = seed === asked ? [] : [`${who}: seeds have 32 bits there: ${seed} stands for ${asked}`];
  return { seed, warnings };
}
