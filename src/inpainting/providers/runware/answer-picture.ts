import { MaskloomError } from "../../../errors.ts";
import { decodeImage } from "../../../image/codec.ts";
import type { Image, Size } from "../../../image/raster.ts";
import type { PeerItem } from "../../../protocol/client/peer-frame.ts";
import { UselessAnswer } from "../../useless-answer.ts";
import { mostFileBytes } from "../http/crop-files.ts";

/** Fetches what a provider answered with the address of. @throws as the guarded client of the outside does */
export type Download = (
  url: string,
  options: { readonly mostBytes: number; readonly signal: AbortSignal },
) => Promise<Uint8Array>;

interface AnswerOptions {
  /** What the answer's fields are called by: `image` or `maskImage`. */
  readonly name: "image" | "maskImage";
  readonly expected: Size;
  readonly download: Download;
  readonly who: string;
  readonly signal: AbortSignal;
}

/**
 * The picture of a result, in whichever of its forms it came.
 * @throws OUTPUT_INVALID where there is none, or another than was asked for: it was billed all the same, at the price that the error tells; CALL_OPEN where
 * its address does not answer: asked for again, it comes with another
 */
export async function readAnswerPicture(item: PeerItem, options: AnswerOptions): Promise<Image> {
  const { expected, who, signal } = options;
  const bytes = await bytesOf(item, options);
  const { image } = await decodeImage(bytes).catch((error: unknown) => {
    const fact = error instanceof Error ? error.message : error;
    throw useless(item, who, `expected a picture, got what is none (${fact})`, error);
  });
  signal.throwIfAborted();
  if (image.width === expected.width && image.height === expected.height) return image;
  const [wanted, got] = [expected, image].map(({ width, height }) => `${width}x${height}`);
  throw useless(item, who, `expected a picture of ${wanted}, got one of ${got}`);
}

async function bytesOf(
  item: PeerItem,
  { name, expected, download, who, signal }: AnswerOptions,
): Promise<Uint8Array> {
  const mostBytes = mostFileBytes(expected);
  /* The older answer to a masking task calls its mask simply the image. */
  const field = (kind: string) =>
    [item[`${name}${kind}`], item[`image${kind}`]].find((value) => typeof value === "string");
  const base64 = field("Base64Data") ?? field("DataURI")?.replace(/^data:[^,]*,/, "");
  if (base64 !== undefined) {
    if (base64.length > (mostBytes * 4) / 3 + 4)
      throw useless(item, who, `expected at most ${mostBytes} bytes of a picture, got more`);
    return Buffer.from(base64, "base64");
  }
  const url = field("URL");
  if (url === undefined) throw useless(item, who, "expected a picture, got an answer without one");
  return await download(url, { mostBytes, signal }).catch((error: unknown) => {
    if (signal.aborted) throw signal.reason;
    const message = error instanceof Error ? error.message : String(error);
    const isOpen = error instanceof MaskloomError && error.code === "FETCH_FAILED";
    throw isOpen
      ? new MaskloomError("CALL_OPEN", `${who}: its picture: ${message}`, { cause: error })
      : useless(item, who, `its picture: ${message}`, error);
  });
}

const useless = ({ cost }: PeerItem, who: string, fact: string, cause?: unknown): UselessAnswer =>
  new UselessAnswer(`${who}: ${fact}`, { bill: { cost: cost ?? null }, cause });
