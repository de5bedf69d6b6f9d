import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import { isJsonObject } from "../../contracts/json.ts";
import { digestOf } from "../identity.ts";

type Request = Readonly<Record<string, unknown>>;

/** Texts longer than this are pictures; none of the other fields is. */
const LONG = 16_384;

/**
 * SHA-256 of what a client sent, whatever the order of its keys. Pictures are hashed apart and on another thread: they
 * may be tens of megabytes, and pings are answered meanwhile.
 */
export async function requestDigest(request: Request): Promise<string> {
  return digestOf(
    await mapTexts(asJson(request), async (text) => (text.length > LONG ? sha256(text) : text)),
  );
}

/** A picture that came within a request, and the UUID under which it is stored now. */
export interface StoredPicture {
  /** Base64 as it stood at the end of a text of the request. */
  readonly data: string;
  readonly uuid: string;
}

/** Longest beginning of a data URI, and more. */
const LONGEST_PREFIX = 300;

/**
 * The request with its pictures named by UUID instead, which is a legal way to write the same. Pictures that no task reads,
 * such as one in a field that it does not have, become the digests of their texts.
 */
export async function withoutPictures(
  request: Request,
  stored: readonly StoredPicture[],
): Promise<JsonObject> {
  const named = await mapTexts(asJson(request), async (text) => {
    const written = text.trim(); // as the border reads it
    const picture = stored.find(
      ({ data }) => written.length - data.length < LONGEST_PREFIX && written.endsWith(data),
    );
    return picture?.uuid ?? (text.length > LONG ? sha256(text) : text);
  });
  return isJsonObject(named) ? named : {};
}

/** It came as JSON. */
const asJson = (request: Request): JsonObject => request as JsonObject;

async function mapTexts(value: JsonValue, map: (text: string) => Promise<string>): Promise<JsonValue> {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return Promise.all(value.map((item: JsonValue) => mapTexts(item, map)));
  if (!isJsonObject(value)) return value ?? null;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await mapTexts(item, map)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256:${Buffer.from(digest).toString("hex")}`;
}
