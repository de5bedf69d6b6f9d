/* CIE L*a*b* of sRGB samples in 0..255, D65 white (CIE 15:2018; IEC 61966-2-1). The curves are continued as odd
   functions, so that overshoot below black survives the way there and back. */

/** L*, a*, b*. */
export type Lab = [number, number, number];

const WHITE_X = 0.4124564 + 0.3575761 + 0.1804375;
const WHITE_Z = 0.0193339 + 0.119192 + 0.9503041;
const DELTA = 6 / 29;

function linearOf(level: number): number {
  const value = Math.abs(level) / 255;
  const linear = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  return level < 0 ? -linear : linear;
}

function levelOf(linear: number): number {
  const value = Math.abs(linear);
  const level = 255 * (value <= 0.04045 / 12.92 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055);
  return linear < 0 ? -level : level;
}

const compress = (t: number): number => (t > DELTA ** 3 ? Math.cbrt(t) : t / (3 * DELTA * DELTA) + 4 / 29);
const expand = (f: number): number => (f > DELTA ? f * f * f : 3 * DELTA * DELTA * (f - 4 / 29));

/** Writes the L*a*b* of one colour into `lab`. */
export function rgbToLab(red: number, green: number, blue: number, lab: Lab): void {
  const r = linearOf(red);
  const g = linearOf(green);
  const b = linearOf(blue);
  const x = compress((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / WHITE_X);
  const y = compress(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = compress((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / WHITE_Z);
  lab[0] = 116 * y - 16;
  lab[1] = 500 * (x - y);
  lab[2] = 200 * (y - z);
}

/** Writes the sRGB samples of one colour into `rgb` from `at` on; out-of-gamut colours leave 0..255. */
export function labToRgb([l, a, b]: Lab, rgb: Float32Array, at: number): void {
  const fy = (l + 16) / 116;
  const x = expand(fy + a / 500) * WHITE_X;
  const y = expand(fy);
  const z = expand(fy - b / 200) * WHITE_Z;
  rgb[at] = levelOf(INVERSE[0] * x + INVERSE[1] * y + INVERSE[2] * z);
  rgb[at + 1] = levelOf(INVERSE[3] * x + INVERSE[4] * y + INVERSE[5] * z);
  rgb[at + 2] = levelOf(INVERSE[6] * x + INVERSE[7] * y + INVERSE[8] * z);
}

/** Inverted in full precision: a table rounded to seven digits would shift colours on the way back. */
const INVERSE = invert([
  0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522, 0.072175, 0.0193339, 0.119192, 0.9503041,
]);

type Matrix3 = readonly [number, number, number, number, number, number, number, number, number];

function invert([a, b, c, d, e, f, g, h, i]: Matrix3): Matrix3 {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const cofactors: Matrix3 = [
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ];
  const [k0, k1, k2, k3, k4, k5, k6, k7, k8] = cofactors;
  const s = 1 / determinant;
  return [k0 * s, k1 * s, k2 * s, k3 * s, k4 * s, k5 * s, k6 * s, k7 * s, k8 * s];
}
