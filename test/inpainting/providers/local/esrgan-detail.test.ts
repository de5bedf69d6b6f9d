import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packagedModels } from "../../../../src/detection/weights/model-library.ts";
import { decodeImage } from "../../../../src/image/codec.ts";
import type { FloatImage } from "../../../../src/image/raster.ts";
import { scaleImage, unscaleImage } from "../../../../src/image/resample.ts";
import { toRgb } from "../../../../src/image/samples.ts";
import type { Inpainter } from "../../../../src/inpainting/inpainter.ts";
import {
  chooseNetwork,
  loadNetwork,
  MOST_PIXELS_FOR_THICK,
} from "../../../../src/inpainting/providers/local/esrgan-networks.ts";
import { createInpainter } from "../../../../src/inpainting/providers/registry.ts";
import { createInferencePool, type InferencePool } from "../../../../src/onnx/inference-pool.ts";
import { errorOf, largestDifference } from "../../../onnx/run-model.ts";
import { boxMask, requestOf, testPicture } from "../inpaint-request.ts";

let pool: InferencePool;
let inpainter: Inpainter;
beforeAll(async () => {
  pool = createInferencePool();
  inpainter = await createInpainter("local:esrgan-detail", { pool, models: packagedModels });
});
afterAll(() => pool.close());

const all = { x0: 0, y0: 0, x1: Number.POSITIVE_INFINITY, y1: Number.POSITIVE_INFINITY };
const slim = { settings: { network: "slim" } };

describe("local:esrgan-detail", () => {
  it.each([1, 2, 3, 4] as const)("answers at the scale that is asked for: %d", async (outputScale) => {
    const picture = testPicture(20, 14);
    const { image } = await inpainter.inpaint(requestOf(picture, boxMask(20, 14, all), slim, outputScale));
    expect([image.width, image.height]).toEqual([20 * outputScale, 14 * outputScale]);
    expect(image.data.every(Number.isFinite)).toBe(true);
  });

  it("makes no seam: tiles answer what the whole picture would", async () => {
    const [width, height] = [300, 24];
    const picture = testPicture(width, height);
    const { image } = await inpainter.inpaint(requestOf(picture, boxMask(width, height, all), slim, 2));
    const model = await loadNetwork(pool, { size: "slim", scale: 3 });
    const input = {
      type: "float32",
      dims: [1, height, width, 3],
      data: Float32Array.from(picture.data),
    } as const;
    const { outputs } = await pool.run(model, { image: input });
    const data = Float32Array.from(outputs["result"]?.data ?? []);
    const whole: FloatImage = { width: width * 3, height: height * 3, channels: 3, data };
    const expected = unscaleImage(whole, { width: width * 2, height: height * 2 });
    expect(largestDifference(image.data, expected.data)).toBeLessThan(1e-3);
  });

  it("leaves what is far from the mask to the plain enlargement", async () => {
    const picture = testPicture(90, 60);
    const mask = boxMask(90, 60, { x0: 10, y0: 10, x1: 30, y1: 30 });
    const { image } = await inpainter.inpaint(requestOf(picture, mask, slim, 2));
    const plain = scaleImage(picture, { width: 180, height: 120 });
    const rowOf = (row: number, from: number, to: number, of: FloatImage) =>
      of.data.subarray((row * 180 + from) * 3, (row * 180 + to) * 3);
    expect(largestDifference(rowOf(100, 0, 180, image), rowOf(100, 0, 180, plain))).toBe(0);
    expect(largestDifference(rowOf(40, 80, 180, image), rowOf(40, 80, 180, plain))).toBe(0);
    expect(largestDifference(rowOf(40, 20, 60, image), rowOf(40, 20, 60, plain))).toBeGreaterThan(1);
  });

  it("blends by amount between the plain enlargement and the network", async () => {
    const picture = testPicture(24, 24);
    const mask = boxMask(24, 24, all);
    const at = async (amount: number) =>
      (await inpainter.inpaint(requestOf(picture, mask, { settings: { ...slim.settings, amount } }, 2))).image
        .data;
    const [none, half, full] = [await at(0), await at(0.5), await at(1)];
    expect(largestDifference(none, scaleImage(picture, { width: 48, height: 48 }).data)).toBe(0);
    expect(
      largestDifference(
        half,
        none.map((value, index) => (value + (full[index] ?? 0)) / 2),
      ),
    ).toBeLessThan(1e-3);
    expect(largestDifference(none, full)).toBeGreaterThan(5);
  });

  it("restores a reduced face better than Lanczos does", async () => {
    const { image } = await decodeImage(
      readFileSync(new URL("../../../../examples/photos/astronaut.jpg", import.meta.url)),
    );
    const truth = cut(toRgb(image), 180, 85, 88, 72);
    const size = { width: truth.width, height: truth.height };
    const reduced = scaleImage(truth, { width: size.width / 2, height: size.height / 2 });
    for (const [at, value] of reduced.data.entries())
      reduced.data[at] = Math.max(0, Math.min(255, Math.round(value)));
    const mask = boxMask(reduced.width, reduced.height, all);
    const restored = (await inpainter.inpaint(requestOf(reduced, mask, {}, 2))).image;
    const gain = psnr(restored, truth) - psnr(scaleImage(reduced, size), truth);
    expect(gain).toBeGreaterThan(1);
  });

  it("paints nothing where the mask is blank", async () => {
    const picture = testPicture(16, 16);
    const { image } = await inpainter.inpaint(
      requestOf(picture, boxMask(16, 16, { x0: 0, y0: 0, x1: 0, y1: 0 })),
    );
    expect(largestDifference(image.data, picture.data)).toBe(0);
  });

  it.each([{ network: "fat" }, { networks: "slim" }])("refuses the settings %j", async (settings) => {
    const request = requestOf(testPicture(8, 8), boxMask(8, 8, all), { settings });
    expect(await errorOf(() => inpainter.inpaint(request))).toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/^settings of local:esrgan-detail: /),
    });
  });

  it("stops when cancelled", async () => {
    const controller = new AbortController();
    const request = requestOf(testPicture(64, 64), boxMask(64, 64, all), slim, 2, controller.signal);
    const answer = inpainter.inpaint(request);
    controller.abort();
    expect(await errorOf(() => answer)).toMatchObject({ code: "CANCELLED" });
  });
});

describe("chooseNetwork", () => {
  it.each([
    [1, 100, undefined, { size: "medium", scale: 3 }],
    [2, 100, undefined, { size: "thick", scale: 4 }],
    [3, 100, undefined, { size: "thick", scale: 4 }],
    [4, 100, undefined, { size: "thick", scale: 4 }],
    [2, 100, "slim", { size: "slim", scale: 3 }],
    [4, 100, "medium", { size: "medium", scale: 4 }],
    [1, 100, "thick", { size: "thick", scale: 4 }],
    [2, MOST_PIXELS_FOR_THICK + 1, undefined, { size: "medium", scale: 3 }],
    [4, MOST_PIXELS_FOR_THICK + 1, undefined, { size: "medium", scale: 4 }],
    [2, MOST_PIXELS_FOR_THICK + 1, "thick", { size: "thick", scale: 4 }],
  ] as const)("at scale %d and %d px, asked for %s, takes %j", (outputScale, pixels, size, network) => {
    expect(chooseNetwork(outputScale, pixels, size)).toEqual(network);
  });
});

function cut(
  { width, data }: { readonly width: number; readonly data: Uint8Array },
  left: number,
  top: number,
  columns: number,
  rows: number,
): FloatImage {
  const cropped = Float32Array.from({ length: columns * rows * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    const from = (top + Math.floor(pixel / columns)) * width + left + (pixel % columns);
    return data[from * 3 + (index % 3)] ?? 0;
  });
  return { width: columns, height: rows, channels: 3, data: cropped };
}

function psnr(image: FloatImage, truth: FloatImage): number {
  const squares = truth.data.reduce((sum, value, at) => sum + (value - (image.data[at] ?? 0)) ** 2, 0);
  return 10 * Math.log10((255 * 255 * truth.data.length) / squares);
}
