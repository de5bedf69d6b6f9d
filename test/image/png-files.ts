import { deflateSync } from "node:zlib";
import type { PngChunk } from "../../src/image/metadata/container.ts";
import { writePngChunks } from "../../src/image/metadata/png-chunks.ts";

export interface RawPng {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
  /** Rows without their filter bytes. */
  readonly rows: readonly Uint8Array[];
  readonly extra?: readonly PngChunk[];
}

/** A PNG built by hand, for kinds and lies that no encoder writes. */
export function buildPng({ width, height, bitDepth, colourType, rows, extra = [] }: RawPng): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = bitDepth;
  header[9] = colourType;
  const pixels = Buffer.concat(rows.map((row) => Buffer.concat([Buffer.from([0]), row])));
  return writePngChunks([
    { type: "IHDR", data: header },
    ...extra,
    { type: "IDAT", data: deflateSync(pixels) },
    { type: "IEND", data: new Uint8Array() },
  ]);
}
