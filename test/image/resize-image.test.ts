import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fit } from "../../src/contracts/tasks.ts";
import { resizedSize, resizeImage } from "../../src/image/resize-image.ts";
import { errorOf } from "../onnx/run-model.ts";
import { channelCounts, depths, noiseImage, sizes } from "./rasters.ts";

const side = fc.integer({ min: 1, max: 40 });

describe("a resized picture", () => {
  it("has the size that its fit promises, and the kind of samples it had", () => {
    fc.assert(
      fc.property(
        sizes(24),
        channelCounts,
        depths,
        side,
        side,
        fc.constantFrom(...Fit.options),
        (size, channels, depth, width, height, fit) => {
          const resized = resizeImage(noiseImage(size, channels, depth), { width, height, fit });
          expect(resized).toMatchObject({ channels, depth });
          expect(resized.data).toHaveLength(resized.width * resized.height * channels);
          const exact = { width, height };
          if (["cover", "contain", "fill"].includes(fit)) expect(resized).toMatchObject(exact);
          if (fit === "inside") {
            expect(resized.width <= width && resized.height <= height).toBe(true);
            expect(resized.width === width || resized.height === height).toBe(true);
          }
          if (fit === "outside") {
            expect(resized.width >= width && resized.height >= height).toBe(true);
            expect(resized.width === width || resized.height === height).toBe(true);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("keeps its shape where one side is given, whatever the fit", () => {
    for (const fit of Fit.options) {
      expect(resizedSize({ width: 300, height: 200 }, { width: 150, fit })).toEqual({
        width: 150,
        height: 100,
      });
      expect(resizedSize({ width: 300, height: 200 }, { height: 400, fit })).toEqual({
        width: 600,
        height: 400,
      });
    }
  });

  it("is the same picture where it has the size already", () => {
    const image = noiseImage({ width: 9, height: 7 }, 3, 8);
    for (const fit of Fit.options)
      expect(resizeImage(image, { width: 9, height: 7, fit }).data).toEqual(image.data);
  });

  it("has bands around it with contain: transparent where it has alpha, else black", () => {
    const picture = {
      width: 2,
      height: 2,
      channels: 3,
      depth: 8,
      data: new Uint8Array(12).fill(90),
    } as const;
    expect([...resizeImage(picture, { width: 4, height: 2, fit: "contain" }).data.slice(0, 12)]).toEqual([
      0, 0, 0, 90, 90, 90, 90, 90, 90, 0, 0, 0,
    ]);
    const clear = { width: 1, height: 1, channels: 2, depth: 8, data: Uint8Array.of(90, 255) } as const;
    expect([...resizeImage(clear, { width: 3, height: 1, fit: "contain" }).data]).toEqual([
      0, 0, 90, 255, 0, 0,
    ]);
  });

  it("needs a side", async () => {
    const image = noiseImage({ width: 9, height: 7 }, 3, 8);
    const error = await errorOf(() => resizeImage(image, { fit: "inside" }));
    expect(error).toMatchObject({ code: "INPUT_INVALID" });
  });
});
