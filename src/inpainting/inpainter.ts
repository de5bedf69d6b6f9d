import type { InpainterManifest } from "../contracts/manifest.ts";
import type { GenerationParameters } from "../contracts/tasks.ts";
import type { FloatImage, Mask, PixelBox } from "../image/raster.ts";

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
  /** The API's `maskMargin`, where the inpainter zooms by itself and `image` is the whole picture. */
  readonly margin?: number;
  /** Of an inpainter on another machine: how this request is known there. */
  readonly call?: RemoteCall;
  /** Told which part of the work begins, by inpainters elsewhere; for whoever measures where the time goes. */
  onPart?(part: InpaintPart): void;
  /** Where the crop lies, for whoever keeps a record of it; absent where nobody cut it out. */
  readonly place?: CropPlace;
}

/** Waiting for a provider's turn, sending pictures to it, and everything from then to the answer. */
export type InpaintPart = "wait" | "upload" | "inpaint";

interface CropPlace {
  /** In pixels of the picture that is worked on. */
  readonly box: PixelBox;
  /** Degrees by which the crop is turned anticlockwise. */
  readonly turned: number;
}

/** One request to a remote provider: written down, with what it may cost, before it is sent. */
export interface RemoteCall {
  /** Travels with the request, so that it can be asked for. */
  readonly callUUID: string;
  /** Whose pictures it sends. */
  readonly owner?: string;
  /** It may have been sent before, by a worker that died or over a connection that broke: ask for its result first. */
  readonly resumes: boolean;
  /** Milliseconds since it was first sent, where it was. */
  readonly ageMs?: number;
  /** Whether somebody may look on: what only people want to know of a call that is under way is asked for. */
  readonly isWatched?: boolean;
  /** @param share of the work that is done, 0 to 1 */
  onProgress(share: number, told?: ToldProgress): void;
}

/** What a provider tells beside the share that is done, for people. */
export interface ToldProgress {
  /** Number of the step of sampling that it is at, and how many there are. */
  readonly step?: number;
  readonly steps?: number;
  /** What it looks like at the moment: a PNG, JPEG or WEBP of any size, as it came. */
  readonly preview?: Uint8Array;
}

/*
 * What a remote inpainter throws says what became of the call. CALL_OPEN: it may be under way; the same callUUID is asked
 * for later. CALL_UNCERTAIN: whether it was billed will never be known. OUTPUT_INVALID: it answered what is of no use, and
 * was billed. Anything else: it certainly costs nothing (refused, never reached, failed there), and a new call may be made.
 */

export interface InpaintAnswer {
  /** The request's size times one of the manifest's `answerScales`. Floats need not be rounded or clipped. */
  readonly image: FloatImage;
  readonly seed?: number;
  /** Whether it found in what it painted what is not safe for work; absent where it did not look. */
  readonly NSFWContent?: boolean;
  readonly warnings?: readonly string[];
  /** What a remote provider says that it cost, in USD. */
  readonly cost?: number;
  /** By what name the provider knows the result, for reconciling its bill. */
  readonly providerId?: string;
  /** Of the call that it came by, where it was written down. */
  readonly callUUID?: string;
}

/** Repaints crops. It need not respect the mask: the caller blends, so that nothing outside it can change. */
export interface Inpainter {
  readonly manifest: InpainterManifest;
  /** Regions of one picture that it repaints at a time, at most; default 1. */
  readonly regionsAtOnce?: number;
  inpaint(request: InpaintRequest): Promise<InpaintAnswer>;
  /** Whether it zooms into every part of a mask by itself, so that it is to get the whole picture once. */
  zoomsItself?(parameters: GenerationParameters): boolean;
  close?(): Promise<void>;
}
