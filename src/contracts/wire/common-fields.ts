import { z } from "zod";

/* Fields that several tasks of the wire have: docs/wire.md, sections 2, 5.1 and 6.1. */

/** The client's own, in any spelling of the case; ours are compared in small letters. */
export const WireTaskUUID = z
  .uuid({ version: "v4", error: "expected a UUID version 4" })
  .transform((uuid) => uuid.toLowerCase());

const OutputType = z.enum(["URL", "base64Data", "dataURI"]);
export type OutputType = z.output<typeof OutputType>;

/** One form of the picture, or several at once. */
const OutputTypes = z
  .union([OutputType, z.array(OutputType).min(1)])
  .default("URL")
  .transform((types) => [...new Set(typeof types === "string" ? [types] : types)]);

/** In any spelling of the case; JPEG is JPG. */
const OutputFormat = z.preprocess(
  (format) => (typeof format === "string" ? format.toUpperCase().replace(/^JPEG$/, "JPG") : format),
  z.enum(["JPG", "PNG", "WEBP"]),
);
export type OutputFormat = z.output<typeof OutputFormat>;

const HttpUrl = z.url({ protocol: /^https?$/ });

/** How a task's results are made, sent and paid. */
export const deliveryFields = {
  outputType: OutputTypes,
  outputFormat: OutputFormat.default("JPG"),
  outputQuality: z.int().min(20).max(99).default(95),
  /** Where the result is PUT as raw bytes, besides being answered. */
  uploadEndpoint: HttpUrl.optional(),
  includeCost: z.boolean().default(false),
  deliveryMethod: z.enum(["sync", "async"]).default("sync"),
  webhookURL: HttpUrl.optional(),
  /** Seconds for which a URL answers. */
  ttl: z.int().min(60).optional(),
};
