import type { Tiling } from "../contracts/tasks.ts";
import type { Found } from "../image/detection-shape.ts";
import type { RgbPixels } from "./sampling/letterbox.ts";

export interface FindOptions {
  /** Detections score above this, 0–1. */
  readonly confidence: number;
  /** Whether parts of a large picture are looked into as well; default: off. */
  readonly tiling?: Tiling | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Milliseconds of one call; networks that run more than once add up. */
export interface FindMs {
  readonly preprocess: number;
  readonly inference: number;
  readonly postprocess: number;
}

export interface Finds {
  /** In falling order of score; floats in pixels of the given picture, not clamped to it. */
  readonly detections: readonly Found[];
  readonly ms: FindMs;
}

/** A pipeline that is ready to be called any number of times at once. */
export interface Finder {
  /** The model's own threshold: what the original, which knows no other, finds at. */
  readonly threshold: number;
  find(picture: RgbPixels, options: FindOptions): Promise<Finds>;
}
