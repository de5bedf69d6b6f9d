import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { composite } from "../../src/inpainting/composite.ts";
import { channelCounts, depths, maskOf, masksFor, noiseImage, sizes } from "../image/rasters.ts";

const cases = fc
  .tuple(sizes(16), channelCounts, depths, fc.integer())
  .chain(([size, channels, depth, seed]) =>
    fc.record({
      base: fc.constant(noiseImage(size, channels, depth, seed)),
      over: fc.constant(noiseImage(size, channels, depth, seed + 1)),
      mask: masksFor(size),
    }),
  );

describe("a composite", () => {
  it("is the base where the mask is black and the other picture where it is white, sample by sample", () => {
    fc.assert(
      fc.property(cases, ({ base, over, mask }) => {
        const result = composite(base, over, mask);
        const isMixed = base.channels % 2 === 0;
        for (const [i, sample] of result.data.entries()) {
          const level = mask.data[Math.floor(i / base.channels)];
          if (level === 0) expect(sample).toBe(base.data[i]);
          if (level === 255 && !isMixed) expect(sample).toBe(over.data[i]);
        }
      }),
    );
  });

  it("of a picture on itself is that picture, alpha and all", () => {
    fc.assert(
      fc.property(cases, ({ base, mask }) => {
        const visible = { ...base, data: base.data.slice() };
        expect(composite(visible as typeof base, base, mask).data).toEqual(base.data);
      }),
    );
  });

  it("shows the base where the picture on it is transparent, even under a white mask", () => {
    const size = { width: 4, height: 3 };
    const base = noiseImage(size, 3, 8, 1);
    const over = noiseImage(size, 4, 8, 2);
    for (let i = 3; i < over.data.length; i += 4) over.data[i] = 0;
    const white = maskOf(size, () => 255);
    expect(composite(base, over, white).data).toEqual(base.data);
  });

  it("takes over alpha with the picture where the base has one", () => {
    const size = { width: 2, height: 1 };
    const base = {
      ...size,
      channels: 4,
      depth: 8,
      data: Uint8Array.of(200, 0, 0, 255, 200, 0, 0, 0),
    } as const;
    const over = {
      ...size,
      channels: 4,
      depth: 8,
      data: Uint8Array.of(0, 0, 100, 0, 0, 0, 100, 255),
    } as const;
    const half = maskOf(size, () => 128);
    // Half of something transparent leaves the colour alone and halves the alpha; the other way round it is the colour.
    expect([...composite(base, over, half).data]).toEqual([200, 0, 0, 127, 0, 0, 100, 128]);
  });

  it("is of the base's kind, whatever the other picture's is", () => {
    const size = { width: 3, height: 3 };
    const white = maskOf(size, () => 255);
    const grey = { ...size, channels: 1, depth: 8, data: new Uint8Array(9).fill(77) } as const;
    const deep = { ...size, channels: 3, depth: 16, data: new Uint16Array(27) } as const;
    expect([...composite(deep, grey, white).data]).toEqual(new Array(27).fill(77 * 257));
    const red = { ...size, channels: 3, depth: 8, data: new Uint8Array(27).fill(50) } as const;
    expect(composite(grey, red, white)).toMatchObject({ channels: 1, depth: 8 });
    expect([...composite(grey, red, white).data]).toEqual(new Array(9).fill(50));
  });
});
