import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FloatImage, Mask } from "../../../../src/image/raster.ts";
import { createFill } from "../../../../src/inpainting/providers/local/fill.ts";
import { errorOf, largestDifference } from "../../../onnx/run-model.ts";
import { boxMask, requestOf, testPicture } from "../inpaint-request.ts";

const inpainter = createFill();
const face = { x0: 12, y0: 8, x1: 60, y1: 56 };
const picture = testPicture(72, 64);
const mask = boxMask(72, 64, face);

async function fill(image: FloatImage, within: Mask, settings: Record<string, unknown>): Promise<FloatImage> {
  return (await inpainter.inpaint(requestOf(image, within, { settings }))).image;
}

/** Colours of the masked pixels. */
function colorsIn(image: FloatImage, within: Mask): Set<string> {
  const colors = new Set<string>();
  for (const [pixel, value] of within.data.entries()) {
    if (value > 0) colors.add(image.data.slice(pixel * 3, pixel * 3 + 3).join());
  }
  return colors;
}

const modes = ["blur", "pixelate", "colour", "edge-extend"] as const;

describe.each(modes)("local:fill in mode %s", (mode) => {
  it("answers at the crop's size and leaves the given crop alone", async () => {
    const before = picture.data.slice();
    const image = await fill(picture, mask, { mode });
    expect([image.width, image.height]).toEqual([72, 64]);
    expect(largestDifference(picture.data, before)).toBe(0);
    expect(largestDifference(image.data, before)).toBeGreaterThan(20);
  });

  it("stays within the range of levels and fills the smallest crops", async () => {
    for (const [width, height] of [
      [1, 1],
      [1, 9],
      [5, 2],
    ] as const) {
      const { data } = await fill(testPicture(width, height), boxMask(width, height, face), { mode });
      expect(data.every((value) => value >= 0 && value <= 255)).toBe(true);
    }
  });
});

describe("local:fill", () => {
  it("keeps at most blocks × blocks colours when it pixelates", async () => {
    for (const blocks of [1, 3, 6]) {
      const image = await fill(picture, mask, { mode: "pixelate", blocks });
      expect(colorsIn(image, mask).size).toBeLessThanOrEqual(blocks ** 2);
    }
    expect(colorsIn(picture, mask).size).toBeGreaterThan(200);
  });

  it("keeps whole levels only: a fraction could carry more than a colour", async () => {
    const image = await fill(picture, mask, { mode: "pixelate" });
    const levels = [...colorsIn(image, mask)].flatMap((color) => color.split(",").map(Number));
    expect(levels.every(Number.isInteger)).toBe(true);
  });

  it.each(["blur", "pixelate"])("keeps nothing but the means of blocks in mode %s", async (mode) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1e6 }), async (seed) => {
        // 48 pixels in 6 blocks of 8: shuffling within a block keeps its mean and destroys the rest.
        const shuffled = shuffleBlocks(picture, face.x0, face.y0, 8, 6, seed);
        expect(largestDifference(shuffled.data, picture.data)).toBeGreaterThan(50);
        const [a, b] = [await fill(picture, mask, { mode }), await fill(shuffled, mask, { mode })];
        expect(maskedDifference(a, b, mask)).toBe(0);
      }),
      { numRuns: 10 },
    );
  });

  it("blurs smoothly: no step between neighbours as large as between blocks", async () => {
    const steps = async (mode: string) => {
      const { data } = await fill(picture, mask, { mode });
      let largest = 0;
      for (let x = face.x0 + 1; x < face.x1; x++) {
        const at = (30 * 72 + x) * 3;
        largest = Math.max(largest, Math.abs((data[at] ?? 0) - (data[at - 3] ?? 0)));
      }
      return largest;
    };
    expect(await steps("blur")).toBeLessThan((await steps("pixelate")) / 3);
  });

  it("treats every part of the mask by itself", async () => {
    const two = boxMask(72, 64, { x0: 4, y0: 4, x1: 10, y1: 10 });
    const large = boxMask(72, 64, { x0: 30, y0: 20, x1: 66, y1: 56 });
    const both = { ...two, data: two.data.map((value, at) => Math.max(value, large.data[at] ?? 0)) };
    const image = await fill(picture, both, { mode: "pixelate" });
    const alone = await fill(picture, two, { mode: "pixelate" });
    expect(maskedDifference(image, alone, two)).toBe(0);
    expect(colorsIn(image, two).size).toBeGreaterThan(9);
  });

  it("reads no masked pixel when it extends the surroundings", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 255 }), async (level) => {
        const data = picture.data.map((value, at) =>
          (mask.data[Math.floor(at / 3)] ?? 0) > 0 ? level : value,
        );
        const [a, b] = [
          await fill(picture, mask, { mode: "edge-extend" }),
          await fill({ ...picture, data }, mask, { mode: "edge-extend" }),
        ];
        expect(largestDifference(a.data, b.data)).toBe(0);
      }),
      { numRuns: 5 },
    );
  });

  it("extends even surroundings evenly", async () => {
    const even = { ...picture, data: picture.data.map((_, at) => [10, 100, 200][at % 3] ?? 0) };
    const damaged = {
      ...even,
      data: even.data.map((value, at) => ((mask.data[Math.floor(at / 3)] ?? 0) > 0 ? 0 : value)),
    };
    expect(
      largestDifference((await fill(damaged, mask, { mode: "edge-extend" })).data, even.data),
    ).toBeLessThan(1e-3);
  });

  it("says so where there are no surroundings to extend", async () => {
    const covered = boxMask(72, 64, { x0: 0, y0: 0, x1: 72, y1: 64 });
    const answer = await inpainter.inpaint(
      requestOf(picture, covered, { settings: { mode: "edge-extend" } }),
    );
    expect(answer.warnings).toEqual([expect.stringMatching(/found nothing around the mask/)]);
    expect(colorsIn(answer.image, covered).size).toBe(1);
  });

  it("paints the colour that is asked for", async () => {
    const image = await fill(picture, mask, { mode: "colour", color: "#1A2b3C" });
    expect([...colorsIn(image, mask)]).toEqual(["26,43,60"]);
  });

  it("warns where so many blocks are asked for that a face may stay recognisable", async () => {
    const warnings = async (blocks: number) =>
      (await inpainter.inpaint(requestOf(picture, mask, { settings: { blocks } }))).warnings;
    expect(await warnings(10)).toEqual([]);
    expect(await warnings(16)).toEqual([
      expect.stringMatching(/16 blocks in mode blur may leave a face recognisable/),
    ]);
  });

  it.each([{ mode: "smear" }, { blocks: 0 }, { color: "red" }, { strength: 1 }])(
    "refuses the settings %j",
    async (settings) => {
      const request = requestOf(picture, mask, { settings });
      expect(await errorOf(() => inpainter.inpaint(request))).toMatchObject({
        code: "INPUT_INVALID",
        message: expect.stringMatching(/^settings of local:fill: /),
      });
    },
  );
});

function maskedDifference(a: FloatImage, b: FloatImage, within: Mask): number {
  const masked = (image: FloatImage) =>
    image.data.filter((_, at) => (within.data[Math.floor(at / 3)] ?? 0) > 0);
  return largestDifference(masked(a), masked(b));
}

/** Deals the pixels of every block out anew. */
function shuffleBlocks(
  image: FloatImage,
  left: number,
  top: number,
  side: number,
  count: number,
  seed: number,
): FloatImage {
  const data = image.data.slice();
  let state = seed;
  for (let block = 0; block < count * count; block++) {
    const [x, y] = [left + (block % count) * side, top + Math.floor(block / count) * side];
    const places = Array.from(
      { length: side * side },
      (_, at) => (y + Math.floor(at / side)) * image.width + x + (at % side),
    );
    for (let last = places.length - 1; last > 0; last--) {
      state = (state * 1103515245 + 12345) % 2147483648;
      const other = state % (last + 1);
      for (let channel = 0; channel < 3; channel++) {
        const [a, b] = [(places[last] ?? 0) * 3 + channel, (places[other] ?? 0) * 3 + channel];
        [data[a], data[b]] = [data[b] ?? 0, data[a] ?? 0];
      }
    }
  }
  return { ...image, data };
}
