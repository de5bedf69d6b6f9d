import {
  type InputSize,
  type RgbPixels,
  sampleFiner,
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
  const across = samplesPerSide(picture.width / input.width);
  const down = samplesPerSide(picture.height / input.height);
  const grid = {
    scaleX: picture.width / (input.width * across),
    scaleY: picture.height / (input.height * down),
    offsetX: 0,
    offsetY: 0,
  };
  return across === 1 && down === 1
    ? sampleGrid(picture, input, grid, wholeOf(picture), into)
    : sampleFiner(picture, input, { across, down }, grid, wholeOf(picture), into);
}
