import { z } from "zod";
import { ErrorRecord } from "../errors.ts";
import { ArtifactUUID, BatchUUID, RunUUID, TaskUUID } from "./ids.ts";
import { PictureSize } from "./picture-size.ts";
import { RegionQuality } from "./tasks.ts";

/* A step that waits for a person, what the person is shown, and what they may decide. */

export const Decision = z.enum(["accept", "reroll", "keepOriginal", "editMask"]);
export type Decision = z.output<typeof Decision>;

/** What holds where nobody decides in time. */
export const Otherwise = z.enum(["accept", "keepOriginal", "fail"]);

/** Pictures that can be taken in place of the one that is shown, at most. */
export const MOST_CANDIDATES = 8;

/** A part of the picture that can be decided about by itself. */
export const ReviewRegion = RegionQuality.extend({
  /** Place of what painted it in the list of a `forEach` step, from 1. */
  element: z.int().min(1).optional(),
});
export type ReviewRegion = z.output<typeof ReviewRegion>;

/** What a review task waits with; made by the engine. */
export const ReviewParameters = z.strictObject({
  /** The first is what is decided about. */
  show: z.array(ArtifactUUID).min(1),
  /** What can be accepted in its place: further results of the step, and what was shown before it was made again. */
  candidates: z.array(ArtifactUUID).max(MOST_CANDIDATES).optional(),
  /** The picture before the reviewed step. */
  original: ArtifactUUID,
  /** What the reviewed step repainted; null where that is everything, or one mask for each of its elements. */
  maskImage: ArtifactUUID.nullable(),
  /** Id of the step that is done again by `reroll` and `editMask`; null where nothing made the picture. */
  step: z.string().nullable(),
  /** Those that can be carried out. */
  allow: z.array(Decision).min(1),
  otherwise: Otherwise,
  regions: z.array(ReviewRegion),
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

const MOST_REGIONS = 1000;

/** Numbers of regions as they are shown, from 1. */
const RegionNumbers = z.array(z.int().min(1)).min(1).max(MOST_REGIONS);

/** The body of a decision. */
const DecisionBody = z.strictObject({
  decision: Decision,
  /** Of editMask: a UUID, base64 or a `data:` URI with base64; white is repainted, as large as the picture. */
  maskImage: z.string().min(1).optional(),
  /** Of reroll; default: by chance. */
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  /** Of accept: the one of `candidates` that is taken in place of what is shown. */
  image: ArtifactUUID.optional(),
  /** Of reroll and editMask: what alone is made again; the other regions stay as they are shown. */
  regions: RegionNumbers.optional(),
  /** Beside accept, reroll and editMask: regions that become what they were before the step. */
  keepRegions: RegionNumbers.optional(),
  /** Which showing is decided about. Sent again with the same one, the same decision changes nothing. */
  round: z.int().min(1).optional(),
});
type DecisionBody = z.output<typeof DecisionBody>;

/** What has to fit together in it, and what is said where it does not. */
const FITS: readonly (readonly [(body: DecisionBody) => boolean, string])[] = [
  [
    ({ decision, maskImage }) => (decision === "editMask") === (maskImage !== undefined),
    "expected maskImage with the decision editMask, and with no other",
  ],
  [
    ({ decision, seed }) => decision === "reroll" || seed === undefined,
    "expected seed with the decision reroll only",
  ],
  [
    ({ decision, image }) => decision === "accept" || image === undefined,
    "expected image with the decision accept only",
  ],
  [
    ({ decision, regions }) => decision === "reroll" || decision === "editMask" || regions === undefined,
    "expected regions with the decisions reroll and editMask only",
  ],
  [
    ({ decision, keepRegions }) => decision !== "keepOriginal" || keepRegions === undefined,
    "expected keepRegions beside accept, reroll or editMask; keepOriginal is about the whole picture",
  ],
  [
    ({ regions = [], keepRegions = [] }) => !regions.some((number) => keepRegions.includes(number)),
    "expected each region either in regions or in keepRegions",
  ],
  [
    ({ regions, keepRegions, round }) =>
      (regions === undefined && keepRegions === undefined) || round !== undefined,
    "expected round where regions are named, since another showing has others",
  ],
];

const fitting = <Body extends z.ZodType<DecisionBody>>(body: Body): Body =>
  FITS.reduce((checked, [fits, expected]) => checked.refine(fits, expected), body);

export const DecideReview = fitting(DecisionBody);
export type DecideReview = z.output<typeof DecideReview>;

/** Of one request; without masks they fit into what a browser sends while a page is left. */
const MOST_DECISIONS = 500;

/** Decisions about many reviews, each taken or refused by itself. */
export const DecideReviews = z.strictObject({
  decisions: z
    .array(fitting(DecisionBody.extend({ taskUUID: TaskUUID })))
    .min(1)
    .max(MOST_DECISIONS),
});
export type DecideReviews = z.output<typeof DecideReviews>;

export const DecidedReview = z.strictObject({
  taskUUID: TaskUUID,
  /** Why it was refused; null where it was taken, also where it had been before. */
  error: ErrorRecord.nullable(),
});
export type DecidedReview = z.output<typeof DecidedReview>;

/** In the order of the request. Those that its time did not reach are left out at the end: they are to be sent again. */
export const DecidedReviews = z.strictObject({ results: z.array(DecidedReview) });
export type DecidedReviews = z.output<typeof DecidedReviews>;

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
  /** US dollars that making the reviewed step again is expected to cost: what it cost before, or what is configured; null = not known. */
  rerollCost: z.number().min(0).nullable(),
  /** Of `original`, in whose pixels regions are, and of the first picture that is shown; null where it is not known. */
  originalSize: PictureSize.nullable(),
  shownSize: PictureSize.nullable(),
});
export type ReviewView = z.output<typeof ReviewView>;

export const ReviewQuery = z.strictObject({
  batch: BatchUUID.optional(),
  /** A workflow's name. */
  workflow: z.string().min(1).max(100).optional(),
  /** Id of the reviewing step. */
  step: z.string().min(1).max(100).optional(),
  /** The worst by their numbers first, those that wait longest, those whose time is up soonest, or by name of file. */
  sort: z.enum(["concern", "oldest", "deadline", "file"]).default("concern"),
  /** How many are left out at the head of the list. */
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ReviewQuery = z.input<typeof ReviewQuery>;

/** Those with the most to look at first. What is decided makes room, so that the next ones move up. */
export const ReviewList = z.strictObject({ reviews: z.array(ReviewView), total: z.int().min(0) });
export type ReviewList = z.output<typeof ReviewList>;

/** What was decided, by whom and when. */
export const DecisionView = z.strictObject({
  taskUUID: TaskUUID,
  runUUID: RunUUID,
  batchUUID: BatchUUID,
  workflow: z.string(),
  file: z.string(),
  /** The reviewing step. */
  review: z.string(),
  round: z.int().min(1),
  /** `timeout` is what the workflow says for when nobody decides in time. */
  decision: z.union([Decision, z.literal("timeout")]),
  /** Regions that were made again by themselves, and those that became what they were before. */
  regions: z.array(z.int()).nullable(),
  keepRegions: z.array(z.int()).nullable(),
  /** The picture that was decided about, and the one that was taken where that is another. Pictures are not kept for ever. */
  shown: ArtifactUUID.nullable(),
  taken: ArtifactUUID.nullable(),
  /** Through what: `api`, `cli`, or `engine` where nobody did. */
  via: z.string(),
  /** Whose key it was; null where none was needed. */
  key: z.strictObject({ id: z.string(), name: z.string().nullable() }).nullable(),
  at: z.iso.datetime(),
});
export type DecisionView = z.output<typeof DecisionView>;

export const DecisionQuery = z.strictObject({
  batch: BatchUUID.optional(),
  run: RunUUID.optional(),
  /** A workflow's name. */
  workflow: z.string().min(1).max(100).optional(),
  /** How many are left out at the head of the list. */
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type DecisionQuery = z.input<typeof DecisionQuery>;

/** The newest first. */
export const DecisionList = z.strictObject({ decisions: z.array(DecisionView), total: z.int().min(0) });
export type DecisionList = z.output<typeof DecisionList>;
