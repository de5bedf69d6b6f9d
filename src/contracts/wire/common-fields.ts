import { z } from "zod";

/* Fields that several tasks of the wire have: docs/wire.md, sections 2, 5.1 and 6.1. */

/** The client's own, in any spelling of the case; ours are compared in small letters. */
export const WireTaskUUID = z
  .uuid({ version: "v4", error: "expected a UUID version 4" })
  .transform((uuid) => uuid.toLowerCase());

/** One of a few words, however a client spells their capitals; `others` are further words for them, in small letters. */
function wordOf<const Words extends readonly [string, ...string[]]>(
  words: Words,
  others: Readonly<Record<string, Words[number]>> = {},
) {
  const known = new Map<string, string>([
    ...words.map((word): [string, string] => [word.toLowerCase(), word]),
    ...Object.entries(others),
  ]);
  const spell = (text: unknown) =>
    typeof text === "string" ? (known.get(text.toLowerCase()) ?? text) : text;
  return { spell, schema: z.enum(words) };
}

const outputType = wordOf(["URL", "base64Data", "dataURI"]);

/** One form of the picture, or several at once. */
const OutputTypes = z
  .preprocess(
    (types) => (Array.isArray(types) ? types.map(outputType.spell) : outputType.spell(types)),
    z.union([outputType.schema, z.array(outputType.schema).min(1).max(16)]).default("URL"),
  )
  .transform((types) => [...new Set(typeof types === "string" ? [types] : types)]);

const outputFormat = wordOf(["JPG", "PNG", "WEBP"], { jpeg: "JPG" });
export type OutputFormat = z.output<typeof outputFormat.schema>;

const LONGEST_URL = 2_048;
const HttpUrl = z.url({ protocol: /^https?$/, error: "expected an http(s) URL" }).max(LONGEST_URL);

/** How a task's results are made, sent and paid. */
export const deliveryFields = {
  outputType: OutputTypes,
  outputFormat: z.preprocess(outputFormat.spell, outputFormat.schema.default("JPG")),
  outputQuality: z.int().min(20).max(99).default(95),
  /** Where the result is PUT as raw bytes, besides being answered. */
  uploadEndpoint: HttpUrl.optional(),
  includeCost: z.boolean().default(false),
  deliveryMethod: z.enum(["sync", "async"]).default("sync"),
  webhookURL: HttpUrl.optional(),
  /** Seconds for which a URL answers. */
  ttl: z.int().min(60).optional(),
};
