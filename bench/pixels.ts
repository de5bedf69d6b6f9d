import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import sharp from "sharp";
import { decodeImage } from "../src/image/codec.ts";
import { createMask } from "../src/image/create-mask.ts";
import type { Shape } from "../src/image/mask-shape.ts";
import type { FloatImage } from "../src/image/raster.ts";
import { scaleImage, unscaleImage } from "../src/image/resample.ts";
import { toRgb } from "../src/image/samples.ts";
import { PACKAGE_ROOT } from "../src/package-root.ts";
import { median, ms, printTable, type Row } from "./table.ts";

const CROP = 150;
const FACTORS = [1.05, 1.5, 2, 3, 4];

/** The mask stage's cost, and what zooming in and out again does to a picture that nobody touched. */
export async function benchPixels(): Promise<void> {
  benchMaskStage();
  await benchResampler();
}

/** Six faces of every size on a 12-megapixel picture: shapes, distances, fade and union; no decoding, no encoding. */
function benchMaskStage(): void {
  const size = { width: 4000, height: 3000 };
  const shapes = [120, 200, 300, 420, 560, 700].map((side, at) => {
    const x = 80 + at * 640;
    const y = 200 + (at % 3) * 700;
    return { kind: "box", box: [x + 0.3, y + 0.6, x + side, y + side * 1.2] } satisfies Shape;
  });
  const options = { maskPadding: 8, maskBlur: 6, invert: false };
  const times = Array.from({ length: 40 }, () => {
    const start = performance.now();
    createMask(size, shapes, options);
    return performance.now() - start;
  }).slice(10);
  const taken = median(times);
  printTable("Mask stage", [
    {
      what: "4000x3000, 6 faces, padding 8, blur 6, median",
      ours: ms(taken),
      against: "<= 15 ms",
      verdict: taken <= 15,
    },
  ]);
}

/** Enlarge, pass through 8 bits as an inpainter would, reduce: how much of an untouched crop is left. */
async function benchResampler(): Promise<void> {
  const crops = await loadCrops();
  const rows: Row[] = [];
  for (const factor of FACTORS) {
    const side = Math.round(CROP * factor);
    const ours = crops.map((crop) => psnr(crop, throughOurs(crop, side)));
    const peers = await Promise.all(crops.map(async (crop) => psnr(crop, await throughSharp(crop, side))));
    const [worst, peer] = [Math.min(...ours), Math.min(...peers)];
    rows.push({
      what: `${CROP} px crop x${factor} and back, worst of ${crops.length} photos`,
      ours: `${worst.toFixed(1)} dB`,
      against: `${peer.toFixed(1)} dB (sharp, Lanczos3 both ways)`,
      verdict: worst >= 49 && worst > peer,
    });
  }
  printTable("Zoom in and out of an untouched crop (8 bits between)", rows);
}

async function loadCrops(): Promise<FloatImage[]> {
  const shared = path.join(PACKAGE_ROOT, "../shared/photos");
  const folder = existsSync(shared) ? shared : path.join(PACKAGE_ROOT, "examples/photos");
  const files = readdirSync(folder).filter((name) => /\.(jpg|png)$/.test(name));
  return Promise.all(
    files.map(async (name) => {
      const rgb = toRgb((await decodeImage(readFileSync(path.join(folder, name)))).image);
      const left = Math.floor((rgb.width - CROP) / 2);
      const top = Math.floor((rgb.height - CROP) / 3);
      const data = new Float32Array(CROP * CROP * 3);
      for (let y = 0; y < CROP; y += 1) {
        const from = ((top + y) * rgb.width + left) * 3;
        data.set(rgb.data.subarray(from, from + CROP * 3), y * CROP * 3);
      }
      return { width: CROP, height: CROP, channels: 3, data } as const;
    }),
  );
}

function throughOurs(crop: FloatImage, side: number): Uint8Array {
  const large = scaleImage(crop, { width: side, height: side });
  const rounded = { ...large, data: Float32Array.from(Uint8ClampedArray.from(large.data)) };
  return Uint8Array.from(Uint8ClampedArray.from(unscaleImage(rounded, crop).data));
}

async function throughSharp(crop: FloatImage, side: number): Promise<Uint8Array> {
  const raw = (size: number) => ({ raw: { width: size, height: size, channels: 3 as const } });
  const kernel = { kernel: "lanczos3", fit: "fill" } as const;
  const large = await sharp(Uint8Array.from(crop.data), raw(CROP))
    .resize(side, side, kernel)
    .raw()
    .toBuffer();
  return sharp(large, raw(side)).resize(CROP, CROP, kernel).raw().toBuffer();
}

function psnr(original: FloatImage, result: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < original.data.length; at += 1) {
    sum += ((original.data[at] ?? 0) - (result[at] ?? 0)) ** 2;
  }
  return sum === 0 ? 99 : 10 * Math.log10((255 * 255 * original.data.length) / sum);
}
