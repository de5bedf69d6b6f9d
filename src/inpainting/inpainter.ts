import type { InpainterManifest } from "../contracts/manifest.ts";
import type { GenerationParameters } from "../contracts/tasks.ts";
import type { FloatImage, Mask } from "../image/raster.ts";

/** One region for an inpainter to repaint: everything it may know of the picture. */
export interface InpaintRequest {
  /** The crop at working size: sides are multiples of what the manifest declares, at most its `maxSide`. */
  readonly image: FloatImage;
  /** Same size as `image`; 255 = repaint. Only this region's part of the mask is set. */
  readonly mask: Mask;
  /** 0-based number of the region within its image, in reading order. */
  readonly region: number;
  /** How much larger than the original the crop will be shown: a hint for choosing an answer scale. */
  readonly outputScale: 1 | 2 | 3 | 4;
  /** The same for every region of an image, seed included. */
  readonly parameters: GenerationParameters;
  readonly signal: AbortSignal;
}

export interface InpaintAnswer {
  /** The request's size times one of the manifest's `answerScales`. Floats need not be rounded or clipped. */
  readonly image: FloatImage;
  readonly seed?: number;
  readonly warnings?: readonly string[];
}

/** Repaints crops. It need not respect the mask: the caller blends, so that nothing outside it can change. */
export interface Inpainter {
  readonly manifest: InpainterManifest;
  /** Regions of one picture that it repaints at a time, at most; default 1. */
  readonly regionsAtOnce?: number;
  inpaint(request: InpaintRequest): Promise<InpaintAnswer>;
  close?(): Promise<void>;
}
