import { readFile } from "node:fs/promises";
import path from "node:path";
import { deflateSync } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import type { Dice } from "../integration/chaos-dice.ts";
import { PHOTOS } from "../integration/cli-installation.ts";
import { mutateBytes, pick } from "./mutate.ts";

/* Pictures that are none: damaged ones of every format that is taken, refused or unknown, and bombs. */

export interface BadPicture {
  /** What it once was. */
  readonly kind: string;
  readonly bytes: Buffer;
}

const SIDE = 48;

/** Whole ones, small so that there may be thousands. */
async function wholePictures(): Promise<BadPicture[]> {
  const photo = sharp(await readFile(path.join(PHOTOS, "astronaut.jpg")));
  const face = photo.extract({ left: 134, top: 28, width: 180, height: 180 }).resize(SIDE, SIDE);
  const turned = () => face.clone().withExif({ IFD0: { Copyright: "nobody" } });
  const made: readonly (readonly [string, Sharp])[] = [
    ["png", turned().png()],
    ["png of 16 bits", face.clone().toColourspace("rgb16").png()],
    ["png with palette", face.clone().png({ palette: true })],
    ["interlaced png", face.clone().ensureAlpha(0.5).png({ progressive: true })],
    ["jpeg", turned().withMetadata({ orientation: 6 }).jpeg()],
    ["progressive jpeg", face.clone().jpeg({ progressive: true })],
    ["cmyk jpeg", face.clone().toColourspace("cmyk").jpeg()],
    ["webp", turned().webp()],
    ["lossless webp", face.clone().webp({ lossless: true })],
    ["gif", face.clone().gif()],
    ["tiff", face.clone().tiff({ compression: "deflate" })],
    ["avif", face.clone().avif({ effort: 0 })],
  ];
  return Promise.all(made.map(async ([kind, image]) => ({ kind, bytes: await image.toBuffer() })));
}

/** @returns what gives the next one, for ever */
export async function badPictures(dice: Dice): Promise<() => BadPicture> {
  const whole = await wholePictures();
  const bombs = [...pngBombs(), ...otherBombs()];
  return () => {
    const chance = dice.next();
    if (chance < 0.03) return pick(dice, bombs);
    if (chance < 0.05) {
      const [head, tail] = [pick(dice, whole), pick(dice, whole)];
      const bytes = Buffer.concat([head.bytes.subarray(0, head.bytes.length >> 1), tail.bytes]);
      return { kind: `${head.kind} that goes on as ${tail.kind}`, bytes };
    }
    const { kind, bytes } = pick(dice, whole);
    return { kind, bytes: mutateBytes(dice, bytes) };
  };
}

/** Few bytes that promise very many pixels, or unpack into very many bytes. */
function pngBombs(): BadPicture[] {
  const rows = deflateSync(Buffer.alloc(16 * 1024 * 1024), { level: 9 });
  const text = Buffer.concat([Buffer.from("bomb\0\0"), rows]);
  return [
    { kind: "png of 65,535 × 65,535", bytes: png(65_535, 65_535, [["IDAT", rows]]) },
    { kind: "png of 2³¹−1 a side", bytes: png(2 ** 31 - 1, 2 ** 31 - 1, [["IDAT", rows]]) },
    { kind: "png of no pixel", bytes: png(0, 0, [["IDAT", rows]]) },
    { kind: "png with far more rows than it says", bytes: png(8, 8, [["IDAT", rows]]) },
    // biome-ignore format: a chunk a line
    { kind: "png with text that unpacks", bytes: png(8, 8, [["zTXt", text], ["iCCP", text], ["IDAT", rows]]) },
    {
      kind: "png with blanks as XMP",
      bytes: png(8, 8, [
        ["iTXt", blankXmp()],
        ["IDAT", rows],
      ]),
    },
    { kind: "png with nothing in it", bytes: png(64, 64, []) },
  ];
}

/** Padding without end, in a packet that says nothing. */
function blankXmp(): Buffer {
  const packet = `<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>${" ".repeat(1_000_000)}`;
  return Buffer.concat([Buffer.from("XML:com.adobe.xmp\0\0\0\0\0"), Buffer.from(packet)]);
}

function png(width: number, height: number, chunks: readonly (readonly [string, Buffer])[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const all = [["IHDR", header] as const, ...chunks, ["IEND", Buffer.alloc(0)] as const];
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    ...all.map(([type, data]) => chunk(type, data)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), whole.length - 4);
  return whole;
}

/** ISO 3309, as PNG asks for; zlib's own came with Node 22. */
function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function otherBombs(): BadPicture[] {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>`;
  return [
    { kind: "nothing", bytes: Buffer.alloc(0) },
    { kind: "svg that reads files", bytes: Buffer.from(svg) },
    { kind: "comments that may begin an svg", bytes: Buffer.from(`${"<!---->".repeat(72)}x`) },
    { kind: "page", bytes: Buffer.from("<!doctype html><script>alert(1)</script>") },
    { kind: "pdf", bytes: Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n") },
    { kind: "zeros", bytes: Buffer.alloc(100_000) },
    { kind: "jpeg of 65,535 × 65,535", bytes: jpegHead(65_535, 65_535) },
  ];
}

/** A frame's header and no picture. */
function jpegHead(width: number, height: number): Buffer {
  const head = Buffer.from([
    0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xff, 0xd9,
  ]);
  head.writeUInt16BE(height, 7);
  head.writeUInt16BE(width, 9);
  return head;
}
