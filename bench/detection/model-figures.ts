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
  /** Pictures per second, decoded before, with one and with two threads. */
  readonly perSecond: { readonly one: number; readonly two: number };
  readonly peakMiB: number;
}
