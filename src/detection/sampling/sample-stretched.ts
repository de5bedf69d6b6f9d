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
export function sampleStretched(picture: RgbPixels, input: InputSize): Float32Array<ArrayBuffer> {
  const reduction = Math.max(picture.width / input.width, picture.height / input.height);
  const per = samplesPerSide(reduction);
  const finer = { width: input.width * per, height: input.height * per };
  const grid = {
    scaleX: picture.width / finer.width,
    scaleY: picture.height / finer.height,
    offsetX: 0,
    offsetY: 0,
  };
  const samples = sampleGrid(picture, finer, grid, wholeOf(picture));
  return per === 1 ? samples : averageBlocks(samples, input, per);
}
