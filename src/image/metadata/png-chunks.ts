import { crc32 } from "node:zlib";
import { MaskloomError } from "../../errors.ts";
import { asBuffer, startsWith } from "./bytes.ts";
import type { PngChunk } from "./container.ts";

export const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * The chunks of a PNG as views into `bytes`, up to and including IEND (PNG specification, section 5).
 * Only lengths are followed, no data is touched, so that this is cheap on any size.
 */
export function readPngChunks(bytes: Uint8Array): PngChunk[] {
  if (!startsWith(bytes, PNG_SIGNATURE)) {
    throw new MaskloomError("IMAGE_UNREADABLE", "expected a PNG signature at the beginning, got other bytes");
  }
  const buffer = asBuffer(bytes);
  const chunks: PngChunk[] = [];
  let offset = PNG_SIGNATURE.length;
  while (offset + 12 <= buffer.length) {
    const length = buffer.readUInt32BE(offset);
    const type = buffer.toString("latin1", offset + 4, offset + 8);
    const end = offset + 12 + length;
    if (end > buffer.length) break;
    chunks.push({ type, data: bytes.subarray(offset + 8, end - 4) });
    if (type === "IEND") return chunks;
    offset = end;
  }
  throw new MaskloomError(
    "IMAGE_UNREADABLE",
    `the PNG is truncated: expected chunks up to IEND, got ${bytes.length} bytes that end within a chunk`,
  );
}

export function writePngChunks(chunks: readonly PngChunk[]): Uint8Array {
  const parts: Uint8Array[] = [PNG_SIGNATURE];
  for (const { type, data } of chunks) {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length, 0);
    head.write(type, 4, "latin1");
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(crc32(data, crc32(head.subarray(4))), 0);
    parts.push(head, data, tail);
  }
  return Buffer.concat(parts);
}
