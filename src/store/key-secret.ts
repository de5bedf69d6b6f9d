import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { KeyId } from "../contracts/caller.ts";

/* A key is `mlk_<12 hex digits>_<32 characters of base64url>`: a public name, and 192 random bits that are never stored. */

const KEY = /^(mlk_[0-9a-f]{12})_[\w-]{32}$/;
const NAME_BYTES = 6;
const SECRET_BYTES = 24;

export interface NewSecret {
  readonly id: KeyId;
  /** The whole key, to be shown once. */
  readonly key: string;
  readonly hash: Buffer;
}

export function newSecret(): NewSecret {
  const id = `mlk_${randomBytes(NAME_BYTES).toString("hex")}`;
  const key = `${id}_${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return { id: id as KeyId, key, hash: hashOfKey(key) };
}

/** The id in a whole key; null where the text has not the form of one. */
export function keyIdOf(text: string): KeyId | null {
  return (KEY.exec(text)?.[1] as KeyId | undefined) ?? null;
}

export function hashOfKey(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}

/** In a time that tells nothing about where they differ, nor about their lengths. */
export function isSameSecret(a: string, b: string): boolean {
  return timingSafeEqual(hashOfKey(a), hashOfKey(b));
}
