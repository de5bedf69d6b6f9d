/** A number in [0, 1); the same seed gives the same numbers on every machine. */
export type Chance = () => number;

/** Doty-Humphrey's small fast counter generator (sfc32 of PractRand): 128 bits of state, never a period that a simulation reaches. */
export function createChance(seed: number): Chance {
  let [a, b, c, counter] = [seed | 0, 0x9e3779b9 | 0, 0x85ebca6b | 0, 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round += 1) next(); // until the seed has reached every bit
  return next;
}

export const exponential = (chance: Chance, mean: number): number => -mean * Math.log(1 - chance());

/** @param spread deviation of the logarithm */
export function lognormal(chance: Chance, median: number, spread: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
  return median * Math.exp(spread * normal);
}

/** An index, as often as its weight says. @param sums of the weights up to each of them, the last one of all */
export function pickByWeight(chance: Chance, sums: Float64Array): number {
  const wanted = chance() * (sums.at(-1) ?? 0);
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] ?? 0) > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
