import { z } from "zod";

/** The error object: docs/wire.md, section 3. */
export const WireError = z.object({
  code: z.string(),
  message: z.string(),
  /** Several where they do not go together. */
  parameter: z.union([z.string(), z.array(z.string())]).optional(),
  /** JSON type that was expected. */
  type: z.string().optional(),
  taskType: z.string().optional(),
  taskUUID: z.string().optional(),
  documentation: z.string().optional(),
  /** Of numbers; of texts and lists it is a length. */
  min: z.number().optional(),
  max: z.number().optional(),
  multiplier: z.number().optional(),
  default: z.unknown().optional(),
  allowedValues: z.array(z.unknown()).optional(),
  /** What a provider answered instead of a result. */
  responseContent: z.unknown().optional(),
  context: z.record(z.string(), z.unknown()).optional(),
  /** Only in answers to getResponse. */
  status: z.literal("error").optional(),
});
export type WireError = z.output<typeof WireError>;
