/**
 * IEEE 754 half precision to single precision; exact for every value.
 * @param data little-endian halves
 */
export function halfToFloat(data: Uint8Array): Float32Array {
  singles ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => half(bits));
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const floats = new Float32Array(data.byteLength >> 1);
  for (let index = 0; index < floats.length; index++) {
    floats[index] = singles[view.getUint16(2 * index, true)] as number;
  }
  return floats;
}

/** The single of every half: looking one up is far faster than computing it, and models have millions. */
let singles: Float32Array | undefined;

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
