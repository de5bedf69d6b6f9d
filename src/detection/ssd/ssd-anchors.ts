import type { SsdDecoder } from "../../contracts/manifest.ts";
import type { InputSize } from "../sampling/letterbox.ts";

/**
 * Anchor centres as x, y pairs in shares of the input, in the network's order: MediaPipe's SSD anchors with a
 * centre offset of 0.5 and a fixed size of 1. Consecutive layers of equal stride share one grid, whose cells then
 * hold the anchors of all of them.
 */
export function ssdAnchors(decoder: SsdDecoder, input: InputSize): Float32Array {
  const centres: number[] = [];
  for (let layer = 0; layer < decoder.strides.length; ) {
    const stride = decoder.strides[layer] as number;
    let merged = layer;
    while (merged < decoder.strides.length && decoder.strides[merged] === stride) merged += 1;
    const perCell = (merged - layer) * decoder.anchorsPerCell;
    const columns = Math.ceil(input.width / stride);
    const rows = Math.ceil(input.height / stride);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (let anchor = 0; anchor < perCell; anchor++) {
          centres.push((column + 0.5) / columns, (row + 0.5) / rows);
        }
      }
    }
    layer = merged;
  }
  return Float32Array.from(centres);
}
