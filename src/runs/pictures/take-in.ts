import type { ImageReference } from "../../contracts/wire/image-reference.ts";
import { MaskloomError } from "../../errors.ts";
import { decodeImage, encodeImage } from "../../image/codec.ts";
import { scaleSamples } from "../../image/enlarge-image.ts";
import { inspectImage } from "../../image/inspect-image.ts";
import { type ImageLimits, limitsInside } from "../../image/limits.ts";
import type { OutsideClient } from "../outside/outside-client.ts";
import { decodePicture } from "./base64.ts";

/** Bytes that came from outside: decoded from the request, or fetched. Never a UUID. */
export async function bringBytes(
  reference: Exclude<ImageReference, { kind: "uuid" }>,
  { outside, limits }: { readonly outside: OutsideClient; readonly limits: ImageLimits },
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (reference.kind === "base64") return decodePicture(reference.data, limits);
  const bytes = await outside.download(reference.url, { mostBytes: limits.inputBytes, signal });
  if (bytes.length > 0) return bytes;
  throw new MaskloomError("FETCH_FAILED", `${new URL(reference.url).origin}: its answer is empty`);
}

/**
 * The picture with its longer side brought down to `side`, in its own format; the very bytes where it is no larger.
 * Errors: those of inspectImage.
 */
export async function fitSide(bytes: Uint8Array, side: number, limits: ImageLimits): Promise<Uint8Array> {
  const { width, height, format, lossless } = inspectImage(bytes, limits);
  const longer = Math.max(width, height);
  if (longer <= side) return bytes;
  const { image, container } = await decodeImage(bytes, limits);
  const scaled = (length: number) => Math.max(1, Math.round((length * side) / longer));
  const fitted = scaleSamples(image, { width: scaled(width), height: scaled(height) });
  return encodeImage(fitted, { format, lossless, container, limits: limitsInside(limits) });
}
