import { createReadStream } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import type { BlobStore } from "../artifacts/blob-store.ts";
import type { Digest } from "../contracts/ids.ts";
import { MEDIA_TYPES } from "../image/media-types.ts";
import { type ByteRange, parseByteRange } from "./byte-range.ts";
import type { ApiAnswer } from "./route.ts";

/** Stored bytes that are to be sent. */
export interface ServedBlob {
  readonly digest: Digest;
  readonly bytes: number;
  readonly mediaType: string;
  /** The bytes themselves, where they are not at rest. */
  readonly content?: Uint8Array | undefined;
  /** Without extension. Made of a UUID: nothing that a caller wrote gets into a header. */
  readonly name: string;
}

/** What is served under its own type; anything else would be sent as bytes to be saved. */
const SHOWN = new Map(Object.entries(MEDIA_TYPES).map(([format, mediaType]) => [mediaType, format]));

/** Bytes never change under their UUID, so whoever has them need not ask again. */
export const FOR_EVER = "private, max-age=31536000, immutable";

/** Conditional and partial requests: RFC 9110, sections 13 and 14. */
export function serveBlob(
  blobs: BlobStore,
  { digest, bytes, mediaType, content, name }: ServedBlob,
  headers: IncomingHttpHeaders,
  more: Readonly<Record<string, string>> = {},
): ApiAnswer {
  const etag = `"${digest}"`;
  const extension = SHOWN.get(mediaType);
  const common = {
    etag,
    "cache-control": FOR_EVER,
    "accept-ranges": "bytes",
    "content-type": extension === undefined ? "application/octet-stream" : mediaType,
    "content-disposition":
      extension === undefined
        ? `attachment; filename="${name}.bin"`
        : `inline; filename="${name}.${extension}"`,
    ...more,
  };
  if (isKnown(headers["if-none-match"], etag)) return { status: 304, headers: common };

  const ifRange = headers["if-range"];
  const wanted = ifRange === undefined || ifRange === etag ? headers.range : undefined;
  const range = parseByteRange(wanted, bytes);
  if (range === "unsatisfiable") {
    return { status: 416, headers: { ...common, "content-range": `bytes */${bytes}` }, text: "" };
  }
  if (range === null) {
    return {
      status: 200,
      headers: { ...common, "content-length": String(bytes) },
      content: async () =>
        content === undefined
          ? Readable.from(await blobs.stream(digest), { objectMode: false })
          : Readable.from([content]),
    };
  }
  const { start, end } = range;
  return {
    status: 206,
    headers: {
      ...common,
      "content-length": String(end - start + 1),
      "content-range": `bytes ${start}-${end}/${bytes}`,
    },
    content: async () =>
      content === undefined
        ? readPart(blobs, digest, range)
        : Readable.from([content.subarray(start, end + 1)]),
  };
}

/** A part cannot be checked against the digest of the whole; the file system's is read without the rest. */
async function readPart(blobs: BlobStore, digest: Digest, { start, end }: ByteRange): Promise<Readable> {
  const path = blobs.pathOf?.(digest);
  if (path !== undefined) return createReadStream(path, { start, end });
  return Readable.from([(await blobs.get(digest)).subarray(start, end + 1)]);
}

/** If-None-Match: a list of tags, compared without regard to their weakness, or `*`. */
function isKnown(header: string | undefined, etag: string): boolean {
  const tags = header?.split(",").map((tag) => tag.trim().replace(/^W\//, "")) ?? [];
  return tags.includes(etag) || tags.includes("*");
}
