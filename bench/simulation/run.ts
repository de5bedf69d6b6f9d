/** Of one cell, as an index into its owners' weights. */
export type Owner = number;

/** One picture that goes through masking and then inpainting. All times in seconds. */
export interface Run {
  readonly owner: Owner;
  /** Somebody waits for it; else one of a batch. */
  readonly isAtOnce: boolean;
  /** Whether a provider elsewhere repaints it. */
  readonly isRemote: boolean;
  /** How much work the picture is beside the average one. */
  readonly work: number;
  readonly askedAt: number;
  readonly batch: Batch | null;
  /** Since when the step that is next could have been worked at. */
  readyAt: number;
  /** For workers, over all steps and tries. */
  waited: number;
  failures: number;
}

export interface Batch {
  readonly owner: Owner;
  readonly isRemote: boolean;
  readonly pictures: number;
  readonly beganAt: number;
  /** Pictures whose runs have not begun. */
  left: number;
  underWay: number;
  ended: number;
  /** Of the last run; null while one is to come or under way. */
  endedAt: number | null;
}

/** @param left pictures whose runs have not begun, where some have */
export function newBatch(
  { owner, isRemote, pictures, beganAt }: Pick<Batch, "owner" | "isRemote" | "pictures" | "beganAt">,
  left: number = pictures,
): Batch {
  return { owner, isRemote, pictures, beganAt, left, underWay: 0, ended: 0, endedAt: null };
}
