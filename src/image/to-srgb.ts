import { type ColourProfile, readColourProfile, type Vector } from "./colour-profile.ts";
import type { RgbImage } from "./samples.ts";

/** From XYZ (D50) to the light of sRGB's red, green and blue: the inverse of the sRGB profile's own colorants. */
const XYZ_TO_SRGB: readonly [Vector, Vector, Vector] = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
];
/** Levels by light, fine enough that the darkest ones are right to half a level. */
const STEPS = 16_384;
const LEVELS = Uint8Array.from({ length: STEPS + 1 }, (_, step) => Math.round(255 * encode(step / STEPS)));
/** A profile that changes no level by more than this is sRGB under another name. */
const SAME = 1;

/**
 * A picture as browsers show it, for detectors, which learned from such: samples of another colour space become those
 * of sRGB, what sRGB cannot show is clipped. The same picture where its profile is sRGB's, absent, or not understood.
 */
export function toSrgb(image: RgbImage, icc: Uint8Array | null): RgbImage {
  const profile = icc === null ? null : readColourProfile(icc);
  if (profile === null) return image;
  const matrix = matrixOf(profile);
  if (isSrgb(profile, matrix)) return image;
  return { ...image, data: convert(profile, matrix, image.data) };
}

function encode(light: number): number {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** Row by row: how much red, green and blue of the profile give of sRGB's red, green and blue. */
function matrixOf({ colorants }: ColourProfile): number[] {
  return XYZ_TO_SRGB.flatMap((row) =>
    colorants.map((xyz) => row[0] * xyz[0] + row[1] * xyz[1] + row[2] * xyz[2]),
  );
}

function isSrgb(profile: ColourProfile, matrix: readonly number[]): boolean {
  const levels = [0, 51, 102, 153, 204, 255];
  const grid = Uint8Array.from(
    levels.flatMap((r) => levels.flatMap((g) => levels.flatMap((b) => [r, g, b]))),
  );
  const converted = convert(profile, matrix, grid);
  return converted.every((level, at) => Math.abs(level - (grid[at] as number)) <= SAME);
}

function convert({ curves }: ColourProfile, matrix: readonly number[], data: Uint8Array): Uint8Array {
  const [red, green, blue] = curves;
  const [rr, rg, rb, gr, gg, gb, br, bg, bb] = matrix as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const converted = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 3) {
    const r = red[data[at] as number] as number;
    const g = green[data[at + 1] as number] as number;
    const b = blue[data[at + 2] as number] as number;
    converted[at] = levelOf(rr * r + rg * g + rb * b);
    converted[at + 1] = levelOf(gr * r + gg * g + gb * b);
    converted[at + 2] = levelOf(br * r + bg * g + bb * b);
  }
  return converted;
}

function levelOf(light: number): number {
  const clipped = light <= 0 ? 0 : light >= 1 ? 1 : light;
  return LEVELS[Math.round(clipped * STEPS)] as number;
}
