import { MaskloomError } from "../../errors.ts";
import { asBuffer } from "./bytes.ts";
import type { RiffChunk } from "./riff-chunks.ts";

export interface WebpFrame {
  readonly width: number;
  readonly height: number;
  readonly alpha: boolean;
  readonly animated: boolean;
}

const VP8X_ALPHA = 0x10;
const VP8X_ANIMATION = 0x02;
const VP8L_SIGNATURE = 0x2f;

/** Size and kind from whichever header a WEBP begins with: extended, lossless or lossy (RFC 9649, 2.7, 3.4; RFC 6386, 9.1). */
export function readWebpFrame(chunks: readonly RiffChunk[]): WebpFrame {
  const [first] = chunks;
  const data = asBuffer(first?.data ?? new Uint8Array());
  if (first?.type === "VP8X" && data.length >= 10) {
    const flags = data.readUInt8(0);
    return {
      width: data.readUIntLE(4, 3) + 1,
      height: data.readUIntLE(7, 3) + 1,
      alpha: (flags & VP8X_ALPHA) !== 0,
      animated: (flags & VP8X_ANIMATION) !== 0 || chunks.some(({ type }) => type === "ANMF"),
    };
  }
  if (first?.type === "VP8L" && data.length >= 5 && data[0] === VP8L_SIGNATURE) {
    const bits = data.readUInt32LE(1);
    return {
      width: (bits & 0x3fff) + 1,
      height: ((bits >>> 14) & 0x3fff) + 1,
      alpha: ((bits >>> 28) & 1) === 1,
      animated: false,
    };
  }
  if (first?.type === "VP8 " && data.length >= 10) {
    const width = data.readUInt16LE(6) & 0x3fff;
    const height = data.readUInt16LE(8) & 0x3fff;
    return { width, height, alpha: false, animated: false };
  }
  throw new MaskloomError(
    "IMAGE_UNREADABLE",
    `the WEBP is damaged: expected a VP8, VP8L or VP8X header, got ${first === undefined ? "none" : JSON.stringify(first.type)}`,
  );
}
