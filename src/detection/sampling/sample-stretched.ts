import {
  averageBlocks,
  type InputSize,
  type RgbPixels,
  sampleGrid,
  samplesPerSide,
  wholeOf,
} from "./letterbox.ts";

/**
 * The whole picture over the whole input, its aspect not kept: [height × width × 3] samples of 0–255, sampled as
 * `sampleLetterbox` does it.
 */
export function sampleStretched(
  picture: RgbPixels,
  input: InputSize,
  into: Float32Array = new Float32Array(input.width * input.height * 3),
): Float32Array {
  const reduction = Math.max(picture.width / input.width, picture.height / input.height);
  const per = samplesPerSide(reduction);
  const finer = { width: input.width * per, height: input.height * per };
  const grid = {
    scaleX: picture.width / finer.width,
    scaleY: picture.height / finer.height,
    offsetX: 0,
    offsetY: 0,
  };
  if (per === 1) return sampleGrid(picture, input, grid, wholeOf(picture), into);
  return averageBlocks(sampleGrid(picture, finer, grid, wholeOf(picture)), input, per, into);
}
