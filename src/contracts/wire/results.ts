import { z } from "zod";
import { ErrorRecord } from "../../errors.ts";
import { WireError } from "./wire-error.ts";

/* What tasks are answered with: docs/wire.md, sections 2, 4, 5.3 and 6.2. */

const PictureUUID = z.uuid();

/** `taskUUID` as the client spelt it. */
const Asked = { taskUUID: z.uuid() };

/** What every result can carry besides its picture. */
const ResultFields = {
  cost: z.number().min(0).optional(),
  warnings: z.array(z.string()).optional(),
  uploadError: ErrorRecord.optional(),
  status: z.literal("success").optional(),
};

const WireBox = z.object({
  x_min: z.int().min(0),
  y_min: z.int().min(0),
  x_max: z.int().min(0),
  y_max: z.int().min(0),
});

const WireMaskingResult = z.object({
  taskType: z.literal("imageMasking"),
  ...Asked,
  inputImageUUID: PictureUUID,
  maskImageUUID: PictureUUID,
  detections: z.array(WireBox),
  maskImageURL: z.url().optional(),
  maskImageBase64Data: z.string().optional(),
  maskImageDataURI: z.string().optional(),
  imageUUID: PictureUUID.optional(),
  imageURL: z.url().optional(),
  ...ResultFields,
});

const WireInferenceResult = z.object({
  taskType: z.literal("imageInference"),
  ...Asked,
  imageUUID: PictureUUID,
  imageURL: z.url().optional(),
  imageBase64Data: z.string().optional(),
  imageDataURI: z.string().optional(),
  seed: z.number(),
  /** Only where it was asked for and a provider looked. */
  NSFWContent: z.boolean().optional(),
  ...ResultFields,
});

const WireUploadResult = z.object({
  taskType: z.literal("imageUpload"),
  ...Asked,
  imageUUID: PictureUUID,
  imageURL: z.url(),
});

const WireStorageResult = z.object({
  taskType: z.literal("mediaStorage"),
  ...Asked,
  operation: z.enum(["upload", "delete"]),
  mediaUUID: PictureUUID,
  mediaURL: z.url().optional(),
});

const WireTaskDetails = z.object({
  taskType: z.literal("getTaskDetails"),
  ...Asked,
  request: z.array(z.record(z.string(), z.unknown())),
  response: z.object({
    data: z.array(z.record(z.string(), z.unknown())),
    errors: z.array(WireError).optional(),
  }),
});

/** To a task that is asked for later, and to getResponse while one of its results is still to come. */
const WireAcknowledgement = z.object({
  taskType: z.string(),
  ...Asked,
  status: z.literal("processing").optional(),
  progress: z.number().min(0).max(100).optional(),
});

const WireDryRun = z.object({
  taskType: z.enum(["imageMasking", "imageInference", "imageUpload", "mediaStorage"]),
  ...Asked,
  dryRun: z.literal(true),
  cost: z.number().min(0),
});

const WireAuthenticated = z.object({
  taskType: z.literal("authentication"),
  connectionSessionUUID: z.uuid(),
});

const WirePong = z.object({ taskType: z.literal("ping"), pong: z.literal(true) });

/** By the name that each has in the API's description. */
export const WIRE_RESULTS = {
  ImageMaskingResult: WireMaskingResult,
  ImageInferenceResult: WireInferenceResult,
  ImageUploadResult: WireUploadResult,
  MediaStorageResult: WireStorageResult,
  TaskDetails: WireTaskDetails,
  Acknowledgement: WireAcknowledgement,
  DryRun: WireDryRun,
  Authenticated: WireAuthenticated,
  Pong: WirePong,
} as const;
