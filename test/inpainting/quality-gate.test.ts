import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Acceptance } from "../../src/contracts/tasks.ts";
import type { InpaintRequest } from "../../src/inpainting/inpainter.ts";
import { endingOf, rejectionOf, seedOfTry } from "../../src/inpainting/quality-gate.ts";
import { maskOf, softImage } from "../image/rasters.ts";
import { errorOf } from "../onnx/run-model.ts";
import { capabilities, fillWith, inpaintWith, pictures, zoomOptions } from "./zoom-cases.ts";

const NOTHING = { seam: null, colorShift: null, sharpnessGain: null };
const accept = (fields: Partial<Acceptance>): Acceptance =>
  Acceptance.parse({ otherwise: "reroll", ...fields });

describe("what a gate accepts", () => {
  it("is what holds every comparison that is given", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 9, noNaN: true }),
        fc.integer({ min: 0, max: 90 }).map((tenths) => tenths / 10),
        (value, bound) => {
          const rejects = (sign: string) =>
            rejectionOf(accept({ seam: `${sign} ${bound}` }), { ...NOTHING, seam: value }) !== null;
          expect([rejects("<"), rejects("<="), rejects(">"), rejects(">=")]).toEqual([
            !(value < bound),
            !(value <= bound),
            !(value > bound),
            !(value >= bound),
          ]);
        },
      ),
    );
  });

  it("is also what could not be measured", () => {
    expect(rejectionOf(accept({ seam: "< 1", colorShift: "< 1", sharpnessGain: "> 1" }), NOTHING)).toBeNull();
  });

  it("is refused with every number that does not hold", () => {
    const gate = accept({ seam: "< 1.3", colorShift: "< 3", sharpnessGain: ">= 1" });
    expect(rejectionOf(gate, { seam: 1.5, colorShift: 2, sharpnessGain: 0.5 })).toBe(
      "seam 1.50 is not < 1.3, sharpnessGain 0.50 is not >= 1",
    );
  });

  it("ends as it says where no try was accepted; a reroll keeps the original by default", () => {
    expect(endingOf(accept({}))).toBe("keepOriginal");
    expect(endingOf(accept({ finally: "fail" }))).toBe("fail");
    expect(endingOf(accept({ otherwise: "fail" }))).toBe("fail");
    expect(endingOf(accept({ otherwise: "keepOriginal", finally: "fail" }))).toBe("keepOriginal");
  });

  it("gives every try another seed that providers take, the first its own", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (seed) => {
        const seeds = Array.from({ length: 21 }, (_, i) => seedOfTry(seed, i + 1));
        expect(seeds[0]).toBe(seed);
        expect(new Set(seeds.slice(1)).size).toBe(20);
        for (const other of seeds.slice(1)) expect(Number.isInteger(other) && (other ?? -1) >= 0).toBe(true);
        for (const other of seeds.slice(1)) expect(other).toBeLessThan(2 ** 32);
      }),
    );
  });
});

describe("a region behind a gate", () => {
  const size = { width: 90, height: 40 };
  const image = softImage(size, 3, 8);
  const two = maskOf(size, (x, y) => (Math.abs(y - 20) < 8 && (x < 25 || x > 65) ? 255 : 0));
  const seeded = capabilities({}, { soft: ["seed"] });
  /** Paints a glaring patch where the seed is odd, and nothing where it is even. */
  const byLuck = (asked: number[]) => (request: InpaintRequest) => {
    asked.push(request.parameters.seed ?? -1);
    const isGlaring = (request.parameters.seed ?? 1) % 2 === 1;
    const { image: crop } = request;
    return { ...crop, data: crop.data.map((value) => (isGlaring ? 255 : value)) };
  };

  it("is painted anew with another seed until it is accepted, and only the accepted try is seen", async () => {
    const asked: number[] = [];
    const result = await inpaintWith(byLuck(asked), image, two, {
      accept: accept({ seam: "< 1.3", times: 3 }),
      capabilities: seeded,
      parameters: { seed: 7 },
    });
    expect(asked).toEqual([7, 1_000_010, 7, 1_000_010]);
    expect(result.regions).toMatchObject([
      { status: "inpainted", tries: 2, seed: 1_000_010 },
      { status: "inpainted", tries: 2, seed: 1_000_010 },
    ]);
    expect(result.seeds).toEqual([7, 1_000_010]); // also the one that nothing is left of
    expect(result.image.data).toEqual(image.data);
    expect(result.warnings).toEqual([]);
  });

  it("keeps every sample of the original where no try is accepted, and says why", async () => {
    await fc.assert(
      fc.asyncProperty(pictures(24), zoomOptions, async ({ image: any, mask }, zoom) => {
        const result = await inpaintWith(({ image: crop }) => crop, any, mask, {
          zoom: { ...zoom, outputScale: 1 },
          accept: accept({ seam: "> 1000", sharpnessGain: "> 1000", colorShift: "> 1000" }),
          capabilities: seeded,
        });
        const judged = result.regions.filter(({ status }) => status === "keptOriginal");
        for (const region of judged) expect(region.tries).toBe(2);
        if (result.regions.every(({ status }) => status !== "inpainted")) {
          expect(result.image.data).toEqual(any.data);
          expect(result.pixelsChangedInside).toBe(0);
        }
        if (judged.length > 0)
          expect(result.warnings.join()).toMatch(/painted 2 times and not accepted: .*is not > 1000/);
      }),
      { numRuns: 40 },
    );
  });

  it("is restored exactly beside one that passes", async () => {
    const glaring = maskOf(size, (x, y) => (Math.abs(y - 20) < 8 && x < 25 ? 255 : 0));
    const result = await inpaintWith(
      ({ image: crop, region }) => ({
        ...crop,
        data: crop.data.map((value) => (region === 0 ? 255 : value + 3)),
      }),
      image,
      two,
      { accept: accept({ otherwise: "keepOriginal", seam: "< 1.5" }) },
    );
    expect(result.regions.map(({ status, tries }) => [status, tries])).toEqual([
      ["keptOriginal", 1],
      ["inpainted", 1],
    ]);
    expect(result.regions[0]?.seam).toBeGreaterThan(1.5);
    for (const [i, sample] of result.image.data.entries()) {
      if (glaring.data[Math.floor(i / 3)] !== 0) expect(sample).toBe(image.data[i]);
    }
    expect(result.pixelsChangedInside).toBeGreaterThan(0);
  });

  it("is not painted a second time by an inpainter that leaves nothing to chance", async () => {
    const asked: number[] = [];
    const result = await inpaintWith(byLuck(asked), image, two, {
      accept: accept({ seam: "< 1.3", times: 5 }),
      capabilities: capabilities(),
      parameters: { seed: 7 },
    });
    expect(asked).toHaveLength(2);
    expect(result.regions.map(({ status, tries }) => [status, tries])).toEqual([
      ["keptOriginal", 1],
      ["keptOriginal", 1],
    ]);
  });

  it("fails with QUALITY_REJECTED where the gate says so, naming the numbers", async () => {
    const error = await errorOf(() =>
      inpaintWith(fillWith(255), image, two, {
        accept: accept({ seam: "< 1.3", finally: "fail" }),
        capabilities: seeded,
      }),
    );
    expect(error).toMatchObject({
      code: "QUALITY_REJECTED",
      message: expect.stringMatching(/painted 2 times .* seam .* is not < 1.3/),
    });
  });

  it("is judged the same whichever of its neighbours is finished first", async () => {
    const judge = (concurrency: number) =>
      inpaintWith(
        ({ image: crop, region }) => ({ ...crop, data: crop.data.map((v) => v + 60 * region) }),
        image,
        two,
        {
          accept: accept({ otherwise: "keepOriginal", seam: "< 1.5" }),
          concurrency,
        },
      );
    const [one, both] = [await judge(1), await judge(2)];
    expect(both.regions).toEqual(one.regions);
    expect(both.image.data).toEqual(one.image.data);
  });
});
