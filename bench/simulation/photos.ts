/* The photos of `npm run bench -- batch`, in its order: how much work they are beside each other, and what a run of one keeps. */

/** Seconds of inpainting as `maskloom run` told them, the least of three runs on two cores; 0 where there is no face. Only how they are beside each other counts. */
const INPAINTING_SECONDS: readonly number[] = [
  2.9, 5.3, 2.9, 4.4, 1.3, 1.3, 5.3, 0, 0, 0, 3.8, 2, 1.9, 2.3, 43, 2.2, 4.1, 0, 0, 0, 0, 0, 0, 1.2, 0, 4.2,
  1.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1.7, 1.2, 0, 0, 0, 0, 2.5, 0, 0,
];
const repainted = INPAINTING_SECONDS.filter((seconds) => seconds > 0);
const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** Of the photos, those in which there is a face. */
export const REPAINTED_SHARE = repainted.length / INPAINTING_SECONDS.length;
/** Inpainting of each photo that has a face, beside their mean. */
export const WORKS: readonly number[] = repainted.map((seconds) => seconds / mean(repainted));
