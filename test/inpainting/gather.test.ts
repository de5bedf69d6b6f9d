import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { enlargeImage } from "../../src/image/enlarge-image.ts";
import { blankMask, type Image, type Mask } from "../../src/image/raster.ts";
import { levelScale } from "../../src/image/samples.ts";
import { scaleMask } from "../../src/image/scale-mask.ts";
import { measureChanges } from "../../src/inpainting/changes.ts";
import { Gathering } from "../../src/inpainting/gather.ts";
import { channelCounts, depths, largestDifference, masksFor, noiseImage, sizes } from "../image/rasters.ts";
import { fillWith, inpaintWith, standard } from "./zoom-cases.ts";

interface Fan {
  readonly image: Image;
  readonly scale: 1 | 2;
  readonly parts: readonly { readonly mask: Mask; readonly level: number; readonly delay: number }[];
}

const fans: fc.Arbitrary<Fan> = fc
  .tuple(sizes(18), channelCounts, depths, fc.integer(), fc.constantFrom(1 as const, 2 as const))
  .chain(([size, channels, depth, seed, scale]) =>
    fc.record({
      image: fc.constant(noiseImage(size, channels, depth, seed)),
      scale: fc.constant(scale),
      parts: fc.array(
        fc.record({ mask: masksFor(size), level: fc.integer({ min: 0, max: 255 }), delay: fc.nat() }),
        { minLength: 1, maxLength: 4 },
      ),
    }),
  );

/** Every part painted on the picture itself, finishing in any order, then gathered in theirs. */
async function paintApart({ image, scale, parts }: Fan) {
  const painted = new Map<number, Image>();
  const finishing = [...parts.entries()].sort(([, a], [, b]) => a.delay - b.delay);
  for (const [at, { mask, level }] of finishing) {
    const zoom = standard({ outputScale: scale });
    painted.set(at, (await inpaintWith(fillWith(level), image, mask, { zoom })).image);
  }
  const base = enlargeImage(image, scale);
  const gathering = new Gathering(base);
  const elements = parts.map(({ mask }, at) => ({
    image: painted.get(at) ?? expect.unreachable("every part was painted"),
    mask: scaleMask(mask, base),
  }));
  for (const element of elements) gathering.add(element.image, element.mask);
  return { base, elements, gathered: gathering.finish() };
}

function unionOf(masks: readonly Mask[], like: Image): Mask {
  const union = blankMask(like);
  for (const { data } of masks) {
    for (const [i, level] of data.entries()) union.data[i] = Math.max(union.data[i] ?? 0, level);
  }
  return union;
}

describe("gathering elements that were painted apart", () => {
  it("changes no sample where none of the masks is set: overlapping or not, any kind of picture and scale", async () => {
    await fc.assert(
      fc.asyncProperty(fans, async (fan) => {
        const { base, elements, gathered } = await paintApart(fan);
        const union = unionOf(
          elements.map(({ mask }) => mask),
          base,
        );
        expect(measureChanges(base, gathered, union).outside).toBe(0);
        for (let i = 0; i < gathered.data.length; i++) {
          const pixel = Math.floor(i / base.channels);
          if (union.data[pixel] === 0) expect(gathered.data[i]).toBe(base.data[i]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("is the element itself, sample by sample, where only one mask is set", async () => {
    await fc.assert(
      fc.asyncProperty(fans, async (fan) => {
        const { base, elements, gathered } = await paintApart(fan);
        for (let i = 0; i < gathered.data.length; i++) {
          const pixel = Math.floor(i / base.channels);
          const [only, ...others] = elements.filter(({ mask }) => mask.data[pixel] !== 0);
          if (only !== undefined && others.length === 0) expect(gathered.data[i]).toBe(only.image.data[i]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("is what painting one after another gives, to the level that rounding an element costs", async () => {
    await fc.assert(
      fc.asyncProperty(fans, async (fan) => {
        const { base, gathered } = await paintApart(fan);
        const reference = paintInOrder(fan, base);
        const worst = largestDifference(gathered.data, reference);
        expect(worst).toBeLessThanOrEqual(fan.parts.length);
      }),
      { numRuns: 60 },
    );
  });

  it("does not depend on the order in which elements finish", async () => {
    await fc.assert(
      fc.asyncProperty(fans, async (fan) => {
        const reversed = { ...fan, parts: fan.parts.map((part) => ({ ...part, delay: -part.delay })) };
        const [one, other] = [await paintApart(fan), await paintApart(reversed)];
        expect(one.gathered.data).toEqual(other.gathered.data);
      }),
      { numRuns: 30 },
    );
  });
});

/** The design's formula, in floats from beginning to end. */
function paintInOrder({ parts }: Fan, base: Image): number[] {
  const canvas = Array.from(base.data, Number);
  const { channels, depth } = base;
  const hasAlpha = channels % 2 === 0;
  for (const { mask, level } of parts) {
    const scaled = scaleMask(mask, base);
    for (const [pixel, weight] of scaled.data.entries()) {
      const isHidden = hasAlpha && base.data[pixel * channels + channels - 1] === 0;
      if (weight === 0 || isHidden) continue;
      for (let c = 0; c < channels - (hasAlpha ? 1 : 0); c++) {
        const at = pixel * channels + c;
        canvas[at] = (weight / 255) * level * levelScale(depth) + (1 - weight / 255) * (canvas[at] ?? 0);
      }
    }
  }
  return canvas;
}
