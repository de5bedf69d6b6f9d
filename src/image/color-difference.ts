import type { Lab } from "./lab.ts";

const RADIANS = Math.PI / 180;
const POW25_7 = 25 ** 7;

/** Hue angle in degrees, 0 for greys. */
function hueOf(a: number, b: number): number {
  if (a === 0 && b === 0) return 0;
  const degrees = Math.atan2(b, a) / RADIANS;
  return degrees < 0 ? degrees + 360 : degrees;
}

/**
 * CIEDE2000 with all weights 1 (Sharma, Wu, Dalal: The CIEDE2000 color-difference formula, Color Research & Application
 * 30/1, 2005). About 1 is just visible side by side.
 */
export function colorDifference([l1, a1, b1]: Lab, [l2, a2, b2]: Lab): number {
  const meanChroma = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
  const g = 0.5 * (1 - Math.sqrt(meanChroma ** 7 / (meanChroma ** 7 + POW25_7)));
  const a1p = a1 * (1 + g);
  const a2p = a2 * (1 + g);
  const c1 = Math.hypot(a1p, b1);
  const c2 = Math.hypot(a2p, b2);
  const h1 = hueOf(a1p, b1);
  const h2 = hueOf(a2p, b2);
  const grey = c1 * c2 === 0;
  const turn = h2 - h1;
  const hueStep = grey ? 0 : turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn;
  const deltaHue = 2 * Math.sqrt(c1 * c2) * Math.sin((hueStep / 2) * RADIANS);
  const meanL = (l1 + l2) / 2;
  const meanC = (c1 + c2) / 2;
  const meanH = grey ? h1 + h2 : meanHue(h1, h2);
  const t =
    1 -
    0.17 * Math.cos((meanH - 30) * RADIANS) +
    0.24 * Math.cos(2 * meanH * RADIANS) +
    0.32 * Math.cos((3 * meanH + 6) * RADIANS) -
    0.2 * Math.cos((4 * meanH - 63) * RADIANS);
  const lift = (meanL - 50) ** 2;
  const lightness = (l2 - l1) / (1 + (0.015 * lift) / Math.sqrt(20 + lift));
  const chroma = (c2 - c1) / (1 + 0.045 * meanC);
  const hue = deltaHue / (1 + 0.015 * meanC * t);
  const rotation =
    -Math.sin(60 * Math.exp(-(((meanH - 275) / 25) ** 2)) * RADIANS) *
    2 *
    Math.sqrt(meanC ** 7 / (meanC ** 7 + POW25_7));
  return Math.sqrt(lightness ** 2 + chroma ** 2 + hue ** 2 + rotation * chroma * hue);
}

function meanHue(h1: number, h2: number): number {
  const sum = h1 + h2;
  if (Math.abs(h1 - h2) <= 180) return sum / 2;
  return (sum < 360 ? sum + 360 : sum - 360) / 2;
}
