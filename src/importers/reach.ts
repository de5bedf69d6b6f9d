/* How far masks of other tools reach, in the terms of this one: docs/importing.md, "Lengths". */

/** Both ends of `maskPadding` in the language. */
const MOST_PADDING = 128;
export const MOST_BLUR = 512;
export const MOST_MARGIN = 512;

/**
 * The Euclidean radius that stands for a square kernel of k×k pixels. Such a kernel grows a shape by k − 1 pixels from
 * side to side, for an even k one pixel more on one side than on the other; half of it on each side is the same growth
 * without the lopsidedness, rounded up where it is no whole number. Negative k erodes. Unlike a square, a radius does not
 * reach √2 times as far along diagonals.
 */
export function kernelRadius(k: number): number {
  const radius = Math.ceil(Math.max(0, Math.abs(k) - 1) / 2);
  return k < 0 && radius > 0 ? -Math.min(radius, MOST_PADDING) : Math.min(radius, MOST_PADDING);
}

/**
 * How far a Gaussian of deviation σ, cut off as A1111 cuts it (kernel 2·⌊2.5σ + 0.5⌋ + 1), still shows outside of a
 * shape. As the width of our fade it leaves the same pixels untouched, and a crop around the mask has the same size.
 */
export function gaussianReach(sigma: number): number {
  return Math.min(Math.floor(2.5 * sigma + 0.5), MOST_BLUR);
}
