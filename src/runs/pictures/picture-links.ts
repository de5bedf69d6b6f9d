import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { ArtifactUUID } from "../../contracts/ids.ts";
import type { ImageFormat } from "../../image/metadata/container.ts";

/** Where pictures are served; the server's route table has the same path. */
export const PICTURES_PATH = "/v1/images";

/** What a link leads to: a picture in a format, and for lossy ones in a quality. */
export interface LinkedPicture {
  readonly uuid: ArtifactUUID;
  readonly format: ImageFormat;
  /** 1..100 */
  readonly quality: number;
}

/** Until when a link answers whoever has it, and what proves that we made it so. */
export interface Signature {
  /** Seconds since 1970. */
  readonly expires: number;
  readonly signature: string;
}

export const DEFAULT_QUALITY = 95;

/** `<uuid>.<jpg|png|webp>` */
export const PictureFile = z
  .string()
  .regex(/^[0-9a-f-]{36}\.(jpg|png|webp)$/, "expected <UUID>.jpg, .png or .webp")
  .transform((file, context): { uuid: ArtifactUUID; format: ImageFormat } => {
    const uuid = ArtifactUUID.safeParse(file.slice(0, 36));
    if (uuid.success) return { uuid: uuid.data, format: file.slice(37) as ImageFormat };
    context.addIssue({ code: "custom", message: "expected a UUID before the extension" });
    return z.NEVER;
  });

export const LinkQuery = z.strictObject({
  quality: z.coerce.number().int().min(1).max(100).optional(),
  expires: z.coerce.number().int().positive().optional(),
  signature: z.string().max(100).optional(),
});

/** @param signature null for a link that only whoever may see the picture anyway can use */
export function makeLink(baseUrl: string, picture: LinkedPicture, signature: Signature | null): string {
  const { uuid, format, quality } = picture;
  const url = new URL(`${baseUrl.replace(/\/+$/, "")}${PICTURES_PATH}/${uuid}.${format}`);
  if (quality !== DEFAULT_QUALITY && format !== "png") url.searchParams.set("quality", String(quality));
  if (signature !== null) {
    url.searchParams.set("expires", String(signature.expires));
    url.searchParams.set("signature", signature.signature);
  }
  return url.href;
}

/** HMAC-SHA256 over everything that the link says, in base64url. */
export function signLink(
  secret: Uint8Array,
  { uuid, format, quality }: LinkedPicture,
  expires: number,
): string {
  const words = [PICTURES_PATH, uuid, format, format === "png" ? "" : quality, expires];
  return createHmac("sha256", secret).update(words.join("\n")).digest("base64url");
}

/** Whether we made the link and it has not expired, in a time that tells nothing of how much of it is right. */
export function isGoodLink(
  secret: Uint8Array,
  picture: LinkedPicture,
  { expires, signature }: Signature,
  nowMs: number,
): boolean {
  const expected = Buffer.from(signLink(secret, picture, expires));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected) && nowMs < expires * 1000;
}

/** What a URL of ours names, whoever asks; null for any other URL. */
export function readLink(url: URL): ArtifactUUID | null {
  const { pathname } = url;
  if (!pathname.startsWith(`${PICTURES_PATH}/`)) return null;
  const file = PictureFile.safeParse(pathname.slice(PICTURES_PATH.length + 1));
  return file.success ? file.data.uuid : null;
}
