import { deflateSync } from "node:zlib";
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeImage, encodeImage } from "../../src/image/codec.ts";
import { type ImageFormat, metadataLost, type SourceContainer } from "../../src/image/metadata/container.ts";
import { readOrientation, uprightExif } from "../../src/image/metadata/exif.ts";
import { readJpeg, writeJpeg } from "../../src/image/metadata/jpeg-segments.ts";
import { readPngChunks, writePngChunks } from "../../src/image/metadata/png-chunks.ts";
import { readContainer } from "../../src/image/metadata/read-container.ts";
import { uprightXmp } from "../../src/image/metadata/xmp.ts";
import type { Image } from "../../src/image/raster.ts";
import { largestDifference, softImage } from "./rasters.ts";

const FORMATS: readonly ImageFormat[] = ["png", "jpg", "webp"];
const image = softImage({ width: 24, height: 16 }, 3, 8);

/** EXIF with a maker's tag, orientation 6 and a thumbnail, in either byte order. */
function buildExif(little: boolean): Uint8Array {
  const buffer = Buffer.alloc(120);
  const u16 = (value: number, at: number): number =>
    little ? buffer.writeUInt16LE(value, at) : buffer.writeUInt16BE(value, at);
  const u32 = (value: number, at: number): number =>
    little ? buffer.writeUInt32LE(value, at) : buffer.writeUInt32BE(value, at);
  const entry = (at: number, tag: number, type: number, count: number, value: number): void => {
    u16(tag, at);
    u16(type, at + 2);
    u32(count, at + 4);
    if (type === 3) u16(value, at + 8);
    else u32(value, at + 8);
  };
  buffer.write(little ? "II" : "MM", 0, "latin1");
  u16(42, 2);
  u32(8, 4);
  u16(2, 8);
  entry(10, 0x010f, 2, 6, 90);
  entry(22, 0x0112, 3, 1, 6);
  u32(40, 34);
  u16(2, 40);
  entry(42, 0x0201, 4, 1, 100);
  entry(54, 0x0202, 4, 1, 20);
  buffer.write("Maker\0", 90, "latin1");
  buffer.fill(0xab, 100, 120);
  return buffer;
}

/** A profile as far as containers look: its size and, in bytes 16..19, what samples it is for. */
function buildProfile(length: number, samples: "RGB " | "GRAY"): Uint8Array {
  const profile = Buffer.alloc(length, 7);
  profile.writeUInt32BE(length, 0);
  profile.write(samples, 16, "latin1");
  profile.write("acsp", 36, "latin1");
  return profile;
}

const xmp = Buffer.from(
  '<x:xmpmeta><rdf:Description tiff:Orientation="6" dc:title="Grüße"/></x:xmpmeta>',
  "utf8",
);
const source: SourceContainer = {
  format: "png",
  lossless: true,
  icc: buildProfile(3000, "RGB "),
  exif: buildExif(true),
  xmp,
  pngChunks: [
    { type: "gAMA", data: Buffer.from([0, 0, 0xb1, 0x8f]) },
    { type: "tEXt", data: Buffer.from("parameters\0a castle, steps: 20", "latin1") },
    {
      type: "zTXt",
      data: Buffer.concat([Buffer.from("workflow\0\0", "latin1"), deflateSync(Buffer.alloc(5000, 65))]),
    },
    { type: "iTXt", data: Buffer.from("Comment\0\0\0de\0Kommentar\0schön", "utf8") },
  ],
  jpegDensity: null,
};

/** Of the five bytes of a JFIF header; without a unit the numbers as they are. */
function dotsPerInch(density: Uint8Array | null): number[] {
  const [unit = 0, ...bytes] = density ?? [];
  const [x = 0, x0 = 0, y = 0, y0 = 0] = bytes;
  return [x * 256 + x0, y * 256 + y0].map((value) => (unit === 2 ? value * 2.54 : value));
}

describe("metadata", () => {
  it("of a PNG survives PNG byte for byte, upright", async () => {
    const bytes = await encodeImage(image, { format: "png", container: source });
    const kept = readContainer(bytes, "png");
    expect(Buffer.from(kept.icc ?? [])).toEqual(source.icc);
    expect(kept.pngChunks.map(({ type, data }) => [type, Buffer.from(data)])).toEqual(
      source.pngChunks.map(({ type, data }) => [type, data]),
    );
    expect(Buffer.from(kept.exif ?? [])).toEqual(Buffer.from(uprightExif(buildExif(true))));
    expect(Buffer.from(kept.xmp ?? []).toString()).toContain('tiff:Orientation="1" dc:title="Grüße"');
    expect((await decodeImage(bytes)).image).toEqual(image);
  });

  it("goes from every format to every other: profile, EXIF and XMP", async () => {
    for (const from of FORMATS) {
      const first = await encodeImage(image, { format: from, container: source });
      const { container } = await decodeImage(first);
      for (const to of FORMATS) {
        const kept = readContainer(await encodeImage(image, { format: to, container }), to);
        expect(Buffer.from(kept.icc ?? [])).toEqual(source.icc);
        expect(readOrientation(kept.exif ?? new Uint8Array())).toBe(1);
        expect(Buffer.from(kept.exif ?? []).includes("Maker")).toBe(true);
        expect(Buffer.from(kept.xmp ?? []).toString()).toContain("Grüße");
      }
    }
  });

  it("is what other readers find too", async () => {
    const real = await sharp(image.data, { raw: { width: 24, height: 16, channels: 3 } })
      .withIccProfile("p3")
      .png()
      .toBuffer();
    const { container } = await decodeImage(real);
    expect(container.icc).not.toBeNull();
    for (const format of FORMATS) {
      const bytes = await encodeImage(image, { format, container: { ...source, icc: container.icc } });
      const metadata = await sharp(bytes).metadata();
      expect(metadata.icc).toEqual(Buffer.from(container.icc ?? []));
      expect(metadata.orientation ?? 1).toBe(1);
      expect(metadata.exif).toBeDefined();
      expect(metadata.xmp?.toString()).toContain("Grüße");
    }
  });

  it("never changes the samples: a profile is kept, not applied", async () => {
    const p3 = await sharp(image.data, { raw: { width: 24, height: 16, channels: 3 } })
      .withIccProfile("p3")
      .png()
      .toBuffer();
    const pixels = writePngChunks(readPngChunks(p3).filter(({ type }) => type !== "iCCP"));
    expect((await decodeImage(p3)).image).toEqual((await decodeImage(pixels)).image);
  });

  it("larger than a JPEG segment is split (profiles) or left out, and the file stays readable", async () => {
    const icc = buildProfile(200_000, "RGB ");
    const exif = Buffer.concat([buildExif(true), Buffer.alloc(70_000)]);
    const bytes = await encodeImage(image, { format: "jpg", container: { ...source, icc, exif } });
    const kept = readContainer(bytes, "jpg");
    expect(Buffer.from(kept.icc ?? [])).toEqual(icc);
    expect(kept.exif).toBeNull();
    expect(largestDifference((await decodeImage(bytes)).image.data, image.data)).toBeLessThan(24);
  });

  it("keeps a JPEG's density, and its JFIF header comes first", async () => {
    const dense: SourceContainer = { ...source, format: "jpg", jpegDensity: Buffer.from([1, 1, 44, 1, 44]) };
    const bytes = await encodeImage(image, { format: "jpg", container: dense });
    expect(readJpeg(bytes).segments[0]?.marker).toBe(0xe0);
    expect((await sharp(bytes).metadata()).density).toBe(300);
  });

  it("keeps a JPEG's density over the PNG in which steps hand pictures on, in every unit", async () => {
    const units = fc.tuple(
      fc.constantFrom(0, 1, 2),
      fc.integer({ min: 1, max: 0xffff }),
      fc.integer({ min: 1, max: 0xffff }),
    );
    await fc.assert(
      fc.asyncProperty(units, async ([unit, x, y]) => {
        const jpegDensity = Buffer.from([unit, x >> 8, x & 255, y >> 8, y & 255]);
        const png = await encodeImage(image, { format: "png", container: { ...source, jpegDensity } });
        const { container } = await decodeImage(png);
        const kept = readContainer(await encodeImage(image, { format: "jpg", container }), "jpg").jpegDensity;
        expect(dotsPerInch(kept)).toEqual(dotsPerInch(jpegDensity).map((value) => expect.closeTo(value, 0)));
        if (unit < 2) expect(Buffer.from(kept ?? [])).toEqual(jpegDensity);
      }),
      { numRuns: 60, examples: [[[1, 300, 300]], [[1, 96, 96]], [[1, 72, 72]], [[2, 118, 118]]] },
    );
    const dense = { ...source, jpegDensity: Buffer.from([1, 1, 44, 1, 44]) };
    expect(
      (await sharp(await encodeImage(image, { format: "png", container: dense })).metadata()).density,
    ).toBe(300);
  });

  it("leaves out a profile that is for other samples", async () => {
    const grey: Image = softImage({ width: 8, height: 8 }, 1, 8);
    const container = { ...source, icc: buildProfile(500, "GRAY") };
    expect(readContainer(await encodeImage(grey, { format: "png", container }), "png").icc).not.toBeNull();
    expect(readContainer(await encodeImage(grey, { format: "webp", container }), "webp").icc).toBeNull();
    expect(readContainer(await encodeImage(image, { format: "png", container }), "png").icc).toBeNull();
  });

  it("that a format cannot carry is named", () => {
    expect(metadataLost(source, "jpg")).toEqual([
      "PNG chunk gAMA",
      "PNG chunk tEXt",
      "PNG chunk zTXt",
      "PNG chunk iTXt",
    ]);
    expect(metadataLost(source, "png")).toEqual([]);
  });

  it("in hexadecimal text is left behind, for a thumbnail in it could not be erased", async () => {
    const raw = ["tEXt", "zTXt"].map((type) => ({
      type,
      data: Buffer.from("Raw profile type exif\0\nexif\n"),
    }));
    const plain = { type: "tEXt", data: Buffer.from("Raw\0as it is") };
    const bytes = await encodeImage(image, {
      format: "png",
      container: { ...source, pngChunks: [...raw, plain] },
    });
    const { container } = await decodeImage(bytes);
    expect(container.pngChunks.map(({ data }) => Buffer.from(data).toString())).toEqual(["Raw\0as it is"]);
  });

  it("of megabytes, as ComfyUI writes it, hinders nothing", async () => {
    const text = {
      type: "tEXt",
      data: Buffer.concat([Buffer.from("workflow\0"), Buffer.alloc(20_000_000, 120)]),
    };
    const bytes = await encodeImage(image, { format: "png", container: { ...source, pngChunks: [text] } });
    const decoded = await decodeImage(bytes);
    expect(decoded.image).toEqual(image);
    expect(decoded.container.pngChunks[0]?.data.length).toBe(text.data.length);
  });

  it("that is damaged counts as absent, and the picture is still read", async () => {
    const chunks = readPngChunks(await encodeImage(image, { format: "png", container: source }));
    const broken = chunks.map((chunk) =>
      chunk.type === "iCCP" || chunk.type === "eXIf" ? { ...chunk, data: chunk.data.slice(0, 15) } : chunk,
    );
    const { image: decoded, container } = await decodeImage(writePngChunks(broken));
    expect(decoded).toEqual(image);
    expect(container.icc).toBeNull();
  });
});

describe("EXIF", () => {
  it("is turned upright in both byte orders: orientation 1, thumbnail erased, all else untouched", () => {
    for (const little of [true, false]) {
      const before = Buffer.from(buildExif(little));
      const after = Buffer.from(uprightExif(before));
      expect(readOrientation(before)).toBe(6);
      expect(readOrientation(after)).toBe(1);
      expect(after.subarray(100).every((byte) => byte === 0)).toBe(true);
      expect(after.length).toBe(before.length);
      const changed = [...before.keys()].filter((i) => before[i] !== after[i]);
      expect(changed.every((i) => (i >= 30 && i < 32) || (i >= 34 && i < 38) || i >= 100)).toBe(true);
    }
  });

  it("loses an uncompressed thumbnail too, strip by strip", () => {
    const exif = buildExif(true);
    const buffer = Buffer.from(exif.buffer);
    buffer.writeUInt16LE(0x0111, 42);
    buffer.writeUInt16LE(0x0117, 54);
    buffer.writeUInt16LE(3, 44);
    buffer.writeUInt16LE(3, 56);
    for (const [at, value] of [2, 2].entries()) buffer.writeUInt32LE(value, 46 + at * 12);
    for (const [at, value] of [100, 112, 8, 8].entries())
      buffer.writeUInt16LE(value, 50 + at * 2 + (at > 1 ? 8 : 0));
    const after = Buffer.from(uprightExif(exif));
    expect([...after.subarray(100)].map((byte) => byte === 0)).toEqual(
      Array.from({ length: 20 }, (_, at) => at < 8 || at >= 12),
    );
  });

  it("loses a preview hidden in the maker's notes, its own thumbnail included, and nothing beside it", async () => {
    const thumbnail = {
      ...source,
      exif: Buffer.concat([buildExif(true), await encodeImage(image, { format: "jpg" })]),
    };
    const inner = await encodeImage(image, { format: "jpg" });
    const { segments, scans } = readJpeg(inner);
    const app1 = Buffer.concat([Buffer.from("Exif\0\0"), thumbnail.exif]);
    const preview = writeJpeg({ segments: [{ marker: 0xe1, data: app1 }, ...segments], scans });
    const exif = Buffer.concat([buildExif(true), preview, Buffer.from("after")]);
    const after = Buffer.from(uprightExif(exif));
    expect(after.length).toBe(exif.length);
    expect(after.subarray(120, 120 + preview.length).every((byte) => byte === 0)).toBe(true);
    expect(after.subarray(-5).toString()).toBe("after");
  });

  it("of any bytes is survived", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 14, maxLength: 80 }), fc.boolean(), (bytes, little) => {
        bytes.set(Buffer.from(little ? "II*\0" : "MM\0*", "latin1"));
        expect(readOrientation(bytes)).toBeGreaterThan(0);
        expect(uprightExif(bytes).length).toBe(bytes.length);
      }),
      { numRuns: 300 },
    );
  });
});

describe("XMP", () => {
  it("loses pictures in attributes, with line breaks as entities", () => {
    const packet = Buffer.from('<x xmpGImg:image="/9j/4AAQ&#xA;SkZJ" xmpGImg:width="8"/>');
    expect(Buffer.from(uprightXmp(packet)).toString()).toBe(
      `<x xmpGImg:image="${" ".repeat(17)}" xmpGImg:width="8"/>`,
    );
  });

  it("loses its thumbnail and its orientation, and keeps its length", () => {
    const packet = Buffer.from(
      "<tiff:Orientation>8</tiff:Orientation><xmpGImg:image>/9j/4AAQ</xmpGImg:image> é",
    );
    const upright = Buffer.from(uprightXmp(packet));
    expect(upright.length).toBe(packet.length);
    expect(upright.toString()).toBe(
      "<tiff:Orientation>1</tiff:Orientation><xmpGImg:image>        </xmpGImg:image> é",
    );
  });
});
