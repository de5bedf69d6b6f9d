/**
 * As a workflow says it that is for whoever runs it: the first model that the configuration names; without one, what is
 * loaded there, or what comes first.
 */
export const DEFAULT_MODEL = "default";

/** What checkpoints were trained at: the first generation at 512, what came after it at 1024. */
const SMALL_SIDE = 512;
const LARGE_SIDE = 1024;
const LARGE_MODELS = /xl|pony|illustrious|noob|flux|sd3|sd_3|stable-diffusion-3|chroma|qwen/i;

/** Beyond so many times that, pictures fall apart into repetitions. */
export const LARGEST_STRETCH = 1.5;

/** The side that a checkpoint paints best at, from what it is called; the configuration may know better. */
export function trainedSide(checkpoint: string): number {
  return LARGE_MODELS.test(checkpoint) ? LARGE_SIDE : SMALL_SIDE;
}

/** Pixels that sides are multiples of: one sample of a latent stands for 8, and Flux takes them in pairs. */
export function latentStep(checkpoint: string): number {
  return /flux/i.test(checkpoint) ? 16 : 8;
}
