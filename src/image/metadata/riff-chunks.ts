import { MaskloomError } from "../../errors.ts";
import { asBuffer } from "./bytes.ts";

/** A chunk of a WEBP file: four-letter code (space-padded) and its data without padding. */
export interface RiffChunk {
  readonly type: string;
  readonly data: Uint8Array;
}

export function isWebp(bytes: Uint8Array): boolean {
  const buffer = asBuffer(bytes);
  return buffer.toString("latin1", 0, 4) === "RIFF" && buffer.toString("latin1", 8, 12) === "WEBP";
}

/** The chunks of a WEBP as views into `bytes` (RFC 9649, section 2). */
export function readRiffChunks(bytes: Uint8Array): RiffChunk[] {
  const buffer = asBuffer(bytes);
  const declared = buffer.length >= 8 ? buffer.readUInt32LE(4) + 8 : Number.POSITIVE_INFINITY;
  if (declared > buffer.length) {
    throw new MaskloomError(
      "IMAGE_UNREADABLE",
      `the WEBP is truncated: its header promises ${declared} bytes, got ${buffer.length}`,
    );
  }
  const chunks: RiffChunk[] = [];
  let offset = 12;
  while (offset + 8 <= declared) {
    const length = buffer.readUInt32LE(offset + 4);
    const end = offset + 8 + length;
    if (end > declared) {
      throw new MaskloomError(
        "IMAGE_UNREADABLE",
        `the WEBP is damaged: a chunk of ${length} bytes reaches beyond the file's ${declared} bytes`,
      );
    }
    const type = buffer.toString("latin1", offset, offset + 4);
    chunks.push({ type, data: bytes.subarray(offset + 8, end) });
    offset = end + (length % 2);
  }
  return chunks;
}

export function writeRiffChunks(chunks: readonly RiffChunk[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { type, data } of chunks) {
    const head = Buffer.alloc(8);
    head.write(type, 0, "latin1");
    head.writeUInt32LE(data.length, 4);
    parts.push(head, data, Buffer.alloc(data.length % 2));
  }
  const body = Buffer.concat(parts);
  const head = Buffer.from("RIFF\0\0\0\0WEBP", "latin1");
  head.writeUInt32LE(body.length + 4, 4);
  return Buffer.concat([head, body]);
}
