/* What the product does by its code; a test compares each with the file that it stands in. */

export const LIMITS = {
  /** Deliveries of a batch, and of an owner beside others, that are outstanding in a queue. */
  perGroup: 128,
  /** So many times that for an owner who is alone in it. */
  sharesAlone: 8,
  /** Runs of a batch under way at a time. */
  underWay: 64,
  /** Seconds after which a worker that vanished is missed, and how often it is looked for those. */
  lease: 15,
  sweep: 2,
} as const;
