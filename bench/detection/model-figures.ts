/** All times in milliseconds, one per round. */
export interface PhotoFigures {
  readonly photo: string;
  readonly found: number;
  readonly spent: Readonly<Record<"decode" | "preprocess" | "inference" | "postprocess" | "mask", number[]>>;
  /** From decoded pixels to detections. */
  readonly total: number[];
  /** `session.run` of the same graphs with the same inputs, nothing else. */
  readonly bare: number[];
}

export interface ModelFigures {
  readonly model: string;
  readonly photos: readonly PhotoFigures[];
  readonly peakMiB: number;
}
