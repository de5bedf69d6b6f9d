import type { OwnerUUID } from "../../contracts/ids.ts";
import type { ImageReference } from "../../contracts/wire/image-reference.ts";
import { MaskloomError } from "../../errors.ts";
import { decodeImage, encodeImage } from "../../image/codec.ts";
import { scaleSamples } from "../../image/enlarge-image.ts";
import { inspectImage } from "../../image/inspect-image.ts";
import { type ImageLimits, limitsInside } from "../../image/limits.ts";
import type { ArtifactRow } from "../../store/artifacts.ts";
import type { ArtifactLibrary } from "../artifact-library.ts";
import { ingestImage } from "../ingest.ts";
import type { OutsideClient } from "../outside/outside-client.ts";
import { decodePicture } from "./base64.ts";

interface Intake {
  readonly outside: OutsideClient;
  readonly artifacts: ArtifactLibrary;
  readonly config: { readonly limits: ImageLimits };
}

/** Stores what a request brought, or what its URL leads to. @param side at which it is stored at most, in pixels */
export async function takeIn(
  { outside, artifacts, config: { limits } }: Intake,
  owner: OwnerUUID,
  reference: Brought,
  signal: AbortSignal,
  side?: number,
): Promise<ArtifactRow> {
  const bytes = await bringBytes(reference, outside, { owner, limits, signal });
  const stored = side === undefined ? bytes : await fitSide(bytes, side, limits);
  const { value } = await ingestImage(artifacts, owner, stored, "image", limits);
  return artifacts.find(owner, value.uuid);
}

/** Whether it could be stored, from its header; nothing is. Errors: those of takeIn. */
export async function checkBrought(
  { outside, config: { limits } }: Pick<Intake, "outside" | "config">,
  owner: OwnerUUID,
  reference: Brought,
  signal: AbortSignal,
): Promise<void> {
  inspectImage(await bringBytes(reference, outside, { owner, limits, signal }), limits);
}

type Brought = Exclude<ImageReference, { kind: "uuid" }>;

interface BringOptions {
  readonly owner: OwnerUUID;
  readonly limits: ImageLimits;
  readonly signal: AbortSignal;
}

async function bringBytes(
  reference: Brought,
  outside: OutsideClient,
  { owner, limits, signal }: BringOptions,
): Promise<Uint8Array> {
  if (reference.kind === "base64") return decodePicture(reference.data, limits);
  const bytes = await outside.download(reference.url, { mostBytes: limits.inputBytes, signal, lane: owner });
  if (bytes.length > 0) return bytes;
  throw new MaskloomError("FETCH_FAILED", `${new URL(reference.url).origin}: its answer is empty`);
}

/**
 * The picture with its longer side brought down to `side`, in its own format; the very bytes where it is no larger.
 * Errors: those of inspectImage.
 */
async function fitSide(bytes: Uint8Array, side: number, limits: ImageLimits): Promise<Uint8Array> {
  const { width, height, format, lossless } = inspectImage(bytes, limits);
  const longer = Math.max(width, height);
  if (longer <= side) return bytes;
  const { image, container } = await decodeImage(bytes, limits);
  const scaled = (length: number) => Math.max(1, Math.round((length * side) / longer));
  const fitted = scaleSamples(image, { width: scaled(width), height: scaled(height) });
  return encodeImage(fitted, { format, lossless, container, limits: limitsInside(limits) });
}
