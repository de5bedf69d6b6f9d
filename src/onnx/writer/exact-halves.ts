/** Biases of the exponents of half and single precision. */
const HALF_BIAS = 15;
const SINGLE_BIAS = 127;
/** A half has ten bits of fraction, a single thirteen more. */
const DROPPED_BITS = 13;

/**
 * The little-endian halves (IEEE 754) that are these singles exactly, or null where one of them is no half.
 * Infinities and numbers that are none count as no halves.
 */
export function exactHalves(data: Float32Array): Uint8Array<ArrayBuffer> | null {
  const singles = new Uint32Array(data.buffer, data.byteOffset, data.length);
  const halves = new Uint16Array(data.length);
  for (let index = 0; index < singles.length; index++) {
    const half = exactHalf(singles[index] as number);
    if (half < 0) return null;
    halves[index] = half;
  }
  return new Uint8Array(halves.buffer);
}

/** The bits of a half for the bits of a single, or −1. */
function exactHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - SINGLE_BIAS;
  const fraction = bits & 0x7fffff;
  if ((bits & 0x7fffffff) === 0) return sign;
  if (exponent > HALF_BIAS || exponent < -24) return -1;
  if (exponent > -HALF_BIAS) {
    if ((fraction & ((1 << DROPPED_BITS) - 1)) !== 0) return -1;
    return sign | ((exponent + HALF_BIAS) << 10) | (fraction >>> DROPPED_BITS);
  }
  // Below the smallest normal half the leading one is written out, and the value is that many times 2^-24.
  const dropped = -exponent - 1;
  const whole = fraction | 0x800000;
  if ((whole & ((1 << dropped) - 1)) !== 0) return -1;
  return sign | (whole >>> dropped);
}
