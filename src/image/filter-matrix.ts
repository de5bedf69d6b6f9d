/**
 * A linear map from `inputs` samples to `outputs` samples in which every output depends on `taps` neighbouring inputs:
 * output j = sum over t of weights[j * taps + t] * input[first[j] + t]. Rows add up to 1.
 */
export interface FilterMatrix {
  readonly inputs: number;
  readonly outputs: number;
  readonly taps: number;
  readonly first: Int32Array;
  readonly weights: Float64Array;
}

export interface Kernel {
  readonly name: string;
  /** The kernel is 0 from this distance on. */
  readonly radius: number;
  readonly at: (distance: number) => number;
}

export const LANCZOS3: Kernel = {
  name: "lanczos3",
  radius: 3,
  at(distance) {
    if (distance === 0) return 1;
    if (Math.abs(distance) >= 3) return 0;
    const x = Math.PI * distance;
    return (3 * Math.sin(x) * Math.sin(x / 3)) / (x * x);
  },
};

export const LINEAR: Kernel = {
  name: "linear",
  radius: 1,
  at: (distance) => Math.max(0, 1 - Math.abs(distance)),
};

const MAX_CACHED = 64;
const cache = new Map<string, FilterMatrix>();

/**
 * The matrix that brings `inputs` samples to `outputs`, pixel centres aligned: interpolation where that is more, with the
 * kernel stretched over the inputs (antialiased) where it is fewer. Samples beyond the ends repeat the outermost one.
 */
export function filterMatrix(kernel: Kernel, inputs: number, outputs: number): FilterMatrix {
  const key = `${kernel.name}:${inputs}:${outputs}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const matrix = buildMatrix(kernel, inputs, outputs);
  if (cache.size >= MAX_CACHED) for (const oldest of [...cache.keys()].slice(0, 1)) cache.delete(oldest);
  cache.set(key, matrix);
  return matrix;
}

function buildMatrix(kernel: Kernel, inputs: number, outputs: number): FilterMatrix {
  const stretch = Math.max(1, inputs / outputs);
  const reach = Math.ceil(kernel.radius * stretch);
  const taps = Math.min(2 * reach, inputs);
  const first = new Int32Array(outputs);
  const weights = new Float64Array(outputs * taps);
  for (let j = 0; j < outputs; j++) {
    // Whole numbers until the last division: the same phase gives the same weights wherever a crop begins.
    const numerator = (2 * j + 1) * inputs - outputs;
    const whole = Math.floor(numerator / (2 * outputs));
    const fraction = (numerator - whole * 2 * outputs) / (2 * outputs);
    const start = Math.min(Math.max(whole - reach + 1, 0), inputs - taps);
    first[j] = start;
    let sum = 0;
    for (let i = 1 - reach; i <= reach; i++) {
      const weight = kernel.at((i - fraction) / stretch);
      const inside = Math.min(Math.max(whole + i, 0), inputs - 1);
      weights[j * taps + inside - start] = (weights[j * taps + inside - start] as number) + weight;
      sum += weight;
    }
    for (let t = 0; t < taps; t++) weights[j * taps + t] = (weights[j * taps + t] as number) / sum;
  }
  return { inputs, outputs, taps, first, weights };
}
