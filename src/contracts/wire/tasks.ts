import { z } from "zod";
import { GenerationParameters, ImageMaskingParameters, MaskOptions, ZoomOptions } from "../tasks.ts";
import { deliveryFields, WireTaskUUID } from "./common-fields.ts";
import { WireImage, wireImage } from "./image-reference.ts";

/* The tasks of the wire in their flat form: what the API demands of the base fields of ../tasks.ts. Nested requests are
   made flat before (flatten.ts); unknown fields are left out here, or refused there in strict mode. */

/** An AIR id, a name or a slug; which of them there are is known elsewhere. */
const Model = z.string().min(1).max(500);

export const WireMasking = z.object({
  taskType: z.literal("imageMasking"),
  taskUUID: WireTaskUUID,
  inputImage: WireImage,
  model: Model,
  confidence: z.number().min(0).max(1).default(0.25),
  maxDetections: z.int().min(1).max(20).default(6),
  ...MaskOptions.pick({ maskPadding: true, maskBlur: true, shape: true, invert: true }).shape,
  ...ImageMaskingParameters.pick({ tiling: true }).shape,
  ...deliveryFields,
});
export type WireMasking = z.output<typeof WireMasking>;

/** In place of a prompt: none. */
const BLANK_PROMPT = "__BLANK__";

const Prompt = z
  .string()
  .max(10_000)
  .optional()
  .transform((prompt) => (prompt === BLANK_PROMPT ? undefined : prompt));

const MOST_RESULTS = 20;
/** Seeds that the documents allow, 64 bits with a sign, are more than JSON's numbers can tell apart … */
const LARGEST_SENT_SEED = 2 ** 63;
/** … so that above this one they become 32 bits, which the answer says; below, every result's own is exact. */
const LARGEST_EXACT_SEED = Number.MAX_SAFE_INTEGER - MOST_RESULTS;

const Seed = z
  .number()
  .min(0)
  .max(LARGEST_SENT_SEED)
  .refine(Number.isInteger, "expected an integer")
  .meta({ type: "integer" })
  .transform((seed) => (seed > LARGEST_EXACT_SEED ? seed % 2 ** 32 : seed))
  .optional();

/** Sizes that the official interfaces offer; a picture of any size in between is a legal result. */
const Side = z.int().min(128).max(6048);

const InferenceFields = z.object({
  taskType: z.literal("imageInference"),
  taskUUID: WireTaskUUID,
  model: Model,
  seedImage: wireImage("here pictures are made from a picture; nothing is made from text alone"),
  maskImage: WireImage.optional(),
  /** Without them the result has the size of the seed image. */
  width: Side.optional(),
  height: Side.optional(),
  ...GenerationParameters.shape,
  positivePrompt: Prompt,
  negativePrompt: Prompt,
  strength: z.number().min(0).max(1).default(0.8),
  seed: Seed,
  numberResults: z.int().min(1).max(MOST_RESULTS).default(1),
  /** Its presence switches the zoom on. */
  maskMargin: z.int().min(32).max(128).optional(),
  ...ZoomOptions.pick({ guideSize: true, maxSize: true, skipIfLarger: true, colorMatch: true }).shape,
  ...deliveryFields,
});

/** One says nothing without the other. */
const together = (given: keyof z.input<typeof InferenceFields>, needed: string) => ({
  path: [needed],
  params: { missing: true },
  error: `required where ${given} is given`,
});

export const WireInference = InferenceFields.refine(
  ({ width, height }) => width === undefined || height !== undefined,
  together("width", "height"),
)
  .refine(({ width, height }) => height === undefined || width !== undefined, together("height", "width"))
  .refine(
    ({ maskMargin, maskImage }) => maskMargin === undefined || maskImage !== undefined,
    together("maskMargin", "maskImage"),
  );
export type WireInference = z.output<typeof WireInference>;

export const WireUpload = z.object({
  taskType: z.literal("imageUpload"),
  taskUUID: WireTaskUUID,
  image: WireImage,
});
export type WireUpload = z.output<typeof WireUpload>;

/** The newer form of an upload, and its undoing. */
export const WireStorage = z
  .object({
    taskType: z.literal("mediaStorage"),
    taskUUID: WireTaskUUID,
    operation: z.enum(["upload", "delete"]),
    media: WireImage,
  })
  .refine(({ operation, media }) => operation === "upload" || media.kind === "uuid", {
    path: ["media"],
    error: "expected the UUID of what is deleted",
  });
export type WireStorage = z.output<typeof WireStorage>;

/** The UUID is that of the task asked about, so it is exempt from being new. */
const WireGetResponse = z.object({ taskType: z.literal("getResponse"), taskUUID: WireTaskUUID });

const WireGetTaskDetails = z.object({
  taskType: z.literal("getTaskDetails"),
  taskUUID: WireTaskUUID,
});

export const WirePing = z.object({ taskType: z.literal("ping"), ping: z.literal(true).default(true) });

export const WireAuthentication = z.object({
  taskType: z.literal("authentication"),
  apiKey: z.string().default(""),
  connectionSessionUUID: z.string().optional(),
});
export type WireAuthentication = z.output<typeof WireAuthentication>;

/** What is executed or answered under a taskUUID of the client's. */
export const WIRE_TASKS = {
  imageMasking: WireMasking,
  imageInference: WireInference,
  imageUpload: WireUpload,
  mediaStorage: WireStorage,
  getResponse: WireGetResponse,
  getTaskDetails: WireGetTaskDetails,
} as const;

export type WireTaskType = keyof typeof WIRE_TASKS;
export type WireTask = z.output<(typeof WIRE_TASKS)[WireTaskType]>;
