/** The picture of make_fixtures.py: samples of 0–1, a multiplicative hash of the position in [3, height, width]. */
export function picture(height: number, width: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 3 * height * width }, (_, index) => {
    const mixed = Math.imul(index + 1, 2654435761) >>> 0;
    return (Math.imul(mixed ^ (mixed >>> 15), 2246822519) >>> 8) / 2 ** 24;
  });
}
