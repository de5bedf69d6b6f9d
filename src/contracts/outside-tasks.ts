import { z } from "zod";
import { ArtifactUUID } from "./ids.ts";

/* Tasks that send something outside: they are executed each time, and never taken from the cache. */

const OutputFormat = z.enum(["JPG", "PNG", "WEBP"]);

/** Puts a picture's bytes to an address, in the format wanted. */
export const UploadParameters = z.strictObject({
  image: ArtifactUUID,
  endpoint: z.string().min(1),
  /** PNG loses nothing; a picture that has the format already goes as it is stored. */
  outputFormat: OutputFormat.default("PNG"),
  outputQuality: z.int().min(1).max(100).default(95),
});
export type UploadParameters = z.output<typeof UploadParameters>;

export const UploadResult = z.strictObject({
  image: ArtifactUUID,
  /** Where it went, without the query: there a signed address has its secret. */
  url: z.string(),
});
export type UploadResult = z.output<typeof UploadResult>;

/** Posts JSON to an address, signed like the API's webhooks. */
export const WebhookParameters = z.strictObject({
  url: z.string().min(1),
  /** Default, filled in by the engine: run, batch, file and the workflow's outputs so far. */
  body: z.json().default(null),
});
export type WebhookParameters = z.output<typeof WebhookParameters>;

export const WebhookResult = z.strictObject({
  /** What was answered: JSON where it is, else text; null where there is nothing. */
  response: z.json(),
});
export type WebhookResult = z.output<typeof WebhookResult>;
