import type { Box, Point } from "../../contracts/detection.ts";

/** A detection in the network's own space: pixels of its input. */
export interface Candidate {
  readonly box: Box;
  readonly score: number;
  readonly keypoints: readonly Point[];
  /** Whether parts of the picture show it above the detector's own threshold, and the whole does not. */
  readonly onlyInTiles?: boolean;
}
