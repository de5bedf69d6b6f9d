export type ImageFormat = "png" | "jpg" | "webp";

/** A PNG chunk: four-letter type and its data without length and checksum. */
export interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/**
 * What a file carried beside its pixels, as raw bytes, so that it can be put back around new pixels by copying.
 * Every field is null (or empty) where the file had none.
 */
export interface SourceContainer {
  readonly format: ImageFormat;
  /** Whether the file's own encoding kept samples exactly: PNG and lossless WEBP. */
  readonly lossless: boolean;
  /** Colour profile, decompressed. */
  readonly icc: Uint8Array | null;
  /** EXIF as a TIFF structure, beginning with its byte-order mark. */
  readonly exif: Uint8Array | null;
  /** XMP packet, UTF-8. */
  readonly xmp: Uint8Array | null;
  /** tEXt, zTXt and iTXt (XMP and raw profiles excepted), and the PNG-only colour and density chunks, in the file's order. */
  readonly pngChunks: readonly PngChunk[];
  /** Density bytes of a JPEG's JFIF header: unit, x and y (5 bytes). */
  readonly jpegDensity: Uint8Array | null;
}

/** Chunks that describe how PNG samples are to be shown and that hold for repainted pixels too. */
export const PNG_COLOUR_CHUNKS: ReadonlySet<string> = new Set([
  "cHRM",
  "gAMA",
  "sRGB",
  "cICP",
  "mDCV",
  "cLLI",
  "pHYs",
]);
export const PNG_TEXT_CHUNKS: ReadonlySet<string> = new Set(["tEXt", "zTXt", "iTXt"]);

/** Names of what `format` has no place for, so that a change of format can say what it loses. */
export function metadataLost(container: SourceContainer, format: ImageFormat): string[] {
  if (format === "png" || container.format !== "png") return [];
  const types = container.pngChunks.map(({ type }) => type);
  return [...new Set(types)].filter((type) => type !== "pHYs").map((type) => `PNG chunk ${type}`);
}
