import { type FilterMatrix, filterMatrix, LANCZOS3 } from "./filter-matrix.ts";
import type { Steps } from "./slices.ts";

/**
 * The least-squares inverse of Lanczos3 enlargement from n to m samples: (UᵀU)⁻¹Uᵀ. UᵀU is banded, symmetric and
 * positive definite, so it is factored once as LLᵀ (Cholesky; Golub & Van Loan, Matrix Computations, 4.3.5).
 * Its condition number is about 1.4 from m = 1.2 n on and at most 7 nearer to 1.
 */
export interface LeastSquaresInverse {
  readonly enlargement: FilterMatrix;
  /** Sub-diagonals of L. */
  readonly bandwidth: number;
  /** L row by row: entry k of row i is L[i][i - k]; the diagonal is stored as its reciprocal. */
  readonly factor: Float64Array;
}

const MAX_CACHED = 64;
const cache = new Map<string, LeastSquaresInverse>();

/** For bringing m samples back to n <= m, as the inverse of enlarging n to m. */
export function leastSquaresInverse(n: number, m: number): LeastSquaresInverse {
  const key = `${n}:${m}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const enlargement = filterMatrix(LANCZOS3, n, m);
  const bandwidth = Math.min(enlargement.taps - 1, n - 1);
  const inverse = {
    enlargement,
    bandwidth,
    factor: cholesky(gramMatrix(enlargement, bandwidth), n, bandwidth),
  };
  if (cache.size >= MAX_CACHED) for (const oldest of [...cache.keys()].slice(0, 1)) cache.delete(oldest);
  cache.set(key, inverse);
  return inverse;
}

/** UᵀU, its lower half in the layout of `factor`. */
function gramMatrix(
  { inputs, outputs, taps, first, weights }: FilterMatrix,
  bandwidth: number,
): Float64Array {
  const stride = bandwidth + 1;
  const gram = new Float64Array(inputs * stride);
  for (let j = 0; j < outputs; j++) {
    const start = first[j] as number;
    for (let a = 0; a < taps; a++) {
      const weight = weights[j * taps + a] as number;
      for (let b = 0; b <= a; b++) {
        const at = (start + a) * stride + (a - b);
        gram[at] = (gram[at] as number) + weight * (weights[j * taps + b] as number);
      }
    }
  }
  return gram;
}

function cholesky(gram: Float64Array, n: number, bandwidth: number): Float64Array {
  const stride = bandwidth + 1;
  const factor = gram;
  for (let i = 0; i < n; i++) {
    for (let k = Math.min(bandwidth, i); k >= 0; k--) {
      const j = i - k;
      let sum = factor[i * stride + k] as number;
      for (let p = Math.max(0, i - bandwidth, j - bandwidth); p < j; p++) {
        sum -= (factor[i * stride + i - p] as number) * (factor[j * stride + j - p] as number);
      }
      factor[i * stride + k] = k === 0 ? 1 / Math.sqrt(sum) : sum * (factor[j * stride] as number);
    }
  }
  return factor;
}

/**
 * Solves LLᵀx = y in place for `lanes` independent right-hand sides that lie interleaved: sample i of lane l is at
 * `i * lanes + l`.
 */
export function solveInPlace(inverse: LeastSquaresInverse, values: Float64Array, lanes: number): void {
  const n = inverse.enlargement.inputs;
  for (let i = 0; i < n; i++) goDown(inverse, values, lanes, i);
  for (let i = n - 1; i >= 0; i--) goUp(inverse, values, lanes, i);
}

/** The same for so many lanes that it takes its time. */
export function* solvingInPlace(
  inverse: LeastSquaresInverse,
  values: Float64Array,
  lanes: number,
): Steps<void> {
  const n = inverse.enlargement.inputs;
  for (let i = 0; i < n; i++) {
    goDown(inverse, values, lanes, i);
    yield;
  }
  for (let i = n - 1; i >= 0; i--) {
    goUp(inverse, values, lanes, i);
    yield;
  }
}

/** Sample i of Ly = values, where those before it are solved. */
function goDown(
  { factor, bandwidth }: LeastSquaresInverse,
  values: Float64Array,
  lanes: number,
  i: number,
): void {
  const row = i * (bandwidth + 1);
  const at = i * lanes;
  for (let k = 1; k <= Math.min(bandwidth, i); k++)
    subtract(values, at, at - k * lanes, factor[row + k] as number, lanes);
  multiply(values, at, factor[row] as number, lanes);
}

/** Sample i of Lᵀx = y, where those behind it are solved. */
function goUp(
  { factor, bandwidth, enlargement }: LeastSquaresInverse,
  values: Float64Array,
  lanes: number,
  i: number,
): void {
  const stride = bandwidth + 1;
  const at = i * lanes;
  for (let k = 1; k <= Math.min(bandwidth, enlargement.inputs - 1 - i); k++)
    subtract(values, at, at + k * lanes, factor[(i + k) * stride + k] as number, lanes);
  multiply(values, at, factor[i * stride] as number, lanes);
}

function subtract(values: Float64Array, at: number, from: number, weight: number, lanes: number): void {
  for (let l = 0; l < lanes; l++) {
    values[at + l] = (values[at + l] as number) - weight * (values[from + l] as number);
  }
}

function multiply(values: Float64Array, at: number, weight: number, lanes: number): void {
  for (let l = 0; l < lanes; l++) values[at + l] = (values[at + l] as number) * weight;
}
