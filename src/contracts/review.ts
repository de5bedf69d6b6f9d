import { z } from "zod";
import { ArtifactUUID, BatchUUID, RunUUID, TaskUUID } from "./ids.ts";
import { RegionQuality } from "./tasks.ts";

/* A step that waits for a person, what the person is shown, and what they may decide. */

export const Decision = z.enum(["accept", "reroll", "keepOriginal", "editMask"]);
export type Decision = z.output<typeof Decision>;

/** What holds where nobody decides in time. */
export const Otherwise = z.enum(["accept", "keepOriginal", "fail"]);

/** What a review task waits with; made by the engine. */
export const ReviewParameters = z.strictObject({
  /** The first is what is decided about. */
  show: z.array(ArtifactUUID).min(1),
  /** The picture before the reviewed step. */
  original: ArtifactUUID,
  /** What the reviewed step repainted; null where that is everything, or one mask for each of its elements. */
  maskImage: ArtifactUUID.nullable(),
  /** Id of the step that is done again by `reroll` and `editMask`; null where nothing made the picture. */
  step: z.string().nullable(),
  /** Those that can be carried out. */
  allow: z.array(Decision).min(1),
  otherwise: Otherwise,
  regions: z.array(RegionQuality),
  /** How much there is to look at: the worst seam or shift of colours of any region, 1 = barely what gates let through. */
  concern: z.number().nullable(),
});
export type ReviewParameters = z.output<typeof ReviewParameters>;

export const ReviewResult = z.strictObject({
  image: ArtifactUUID,
  maskImage: ArtifactUUID.nullable(),
  decision: z.enum(["accept", "keepOriginal"]),
});
export type ReviewResult = z.output<typeof ReviewResult>;

/** The body of a decision. */
export const DecideReview = z
  .strictObject({
    decision: Decision,
    /** Of editMask: a UUID, base64 or a `data:` URI with base64; white is repainted, as large as the picture. */
    maskImage: z.string().min(1).optional(),
    /** Of reroll; default: by chance. */
    seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
    /** Which showing is decided about. Sent again with the same one, the same decision changes nothing. */
    round: z.int().min(1).optional(),
  })
  .refine(
    ({ decision, maskImage }) => (decision === "editMask") === (maskImage !== undefined),
    "expected maskImage with the decision editMask, and with no other",
  )
  .refine(
    ({ decision, seed }) => decision === "reroll" || seed === undefined,
    "expected seed with the decision reroll only",
  );
export type DecideReview = z.output<typeof DecideReview>;

/** A review that waits for a decision. */
export const ReviewView = ReviewParameters.extend({
  taskUUID: TaskUUID,
  runUUID: RunUUID,
  batchUUID: BatchUUID,
  workflow: z.string(),
  file: z.string(),
  /** The reviewing step. */
  review: z.string(),
  /** How often it has been shown, this time included. */
  round: z.int().min(1),
  since: z.iso.datetime(),
  /** When `otherwise` holds; null = never. */
  until: z.iso.datetime().nullable(),
});
export type ReviewView = z.output<typeof ReviewView>;

export const ReviewQuery = z.strictObject({
  batch: BatchUUID.optional(),
  /** A workflow's name. */
  workflow: z.string().min(1).max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ReviewQuery = z.input<typeof ReviewQuery>;

/** Those with the most to look at first. What is decided makes room, so that the next ones move up. */
export const ReviewList = z.strictObject({ reviews: z.array(ReviewView), total: z.int().min(0) });
export type ReviewList = z.output<typeof ReviewList>;
