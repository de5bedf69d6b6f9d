import { asBuffer } from "./bytes.ts";
import type { PngChunk, SourceContainer } from "./container.ts";

/* Density is dots per inch or per centimetre in a JPEG's JFIF header (unit, x, y: 5 bytes; ITU-T T.871, 10.1) and dots
   per metre in a PNG's pHYs chunk (x, y, unit: 9 bytes; PNG specification). Unit 0 is in both the shape of a pixel. */

const INCH = 1;
const CENTIMETRE = 2;
const INCHES_PER_METRE = 1 / 0.0254;
const CENTIMETRES_PER_METRE = 100;
/** Whole dots per inch are off by half a dot per metre at most, once a PNG has rounded them. */
const ROUNDING = 0.5 / INCHES_PER_METRE + 1e-3;
const MOST = 0xffff;

/** The pHYs chunk that says what a JPEG said; null where nobody said anything. */
export function pngDensity({ pngChunks, jpegDensity }: SourceContainer): PngChunk | null {
  const own = pngChunks.find(({ type }) => type === "pHYs");
  if (own !== undefined || jpegDensity === null || jpegDensity.length < 5) return own ?? null;
  const jfif = asBuffer(jpegDensity);
  const unit = jfif.readUInt8(0);
  const perMetre = unit === INCH ? INCHES_PER_METRE : unit === CENTIMETRE ? CENTIMETRES_PER_METRE : 1;
  const data = Buffer.alloc(9);
  data.writeUInt32BE(Math.round(jfif.readUInt16BE(1) * perMetre), 0);
  data.writeUInt32BE(Math.round(jfif.readUInt16BE(3) * perMetre), 4);
  data.writeUInt8(perMetre === 1 ? 0 : 1, 8);
  return { type: "pHYs", data };
}

/** The five bytes of a JFIF header that say what a PNG said; null where nobody said anything or they cannot hold it. */
export function jpegDensity({ pngChunks, jpegDensity: own }: SourceContainer): Uint8Array | null {
  const chunk = pngChunks.find(({ type }) => type === "pHYs");
  if (own !== null || chunk === undefined || chunk.data.length < 9) return own;
  const physical = asBuffer(chunk.data);
  const perMetre = [physical.readUInt32BE(0), physical.readUInt32BE(4)];
  const { unit, dots } = physical.readUInt8(8) === 1 ? inPrint(perMetre) : { unit: 0, dots: perMetre };
  if (dots.some((value) => value < 1 || value > MOST)) return null;
  const data = Buffer.alloc(5);
  data.writeUInt8(unit, 0);
  for (const [at, value] of dots.entries()) data.writeUInt16BE(value, 1 + at * 2);
  return data;
}

/** Per inch, unless only centimetres give whole numbers. */
function inPrint(perMetre: readonly number[]): { unit: number; dots: number[] } {
  const inches = perMetre.map((value) => value / INCHES_PER_METRE);
  const whole = inches.every((value) => value <= MOST && Math.abs(value - Math.round(value)) <= ROUNDING);
  if (!whole && perMetre.every((value) => value % CENTIMETRES_PER_METRE === 0)) {
    return { unit: CENTIMETRE, dots: perMetre.map((value) => value / CENTIMETRES_PER_METRE) };
  }
  return { unit: INCH, dots: inches.map(Math.round) };
}
