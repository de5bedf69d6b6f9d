import { readFileSync } from "node:fs";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import type { InpainterManifest } from "../../src/contracts/manifest.ts";
import {
  CompositeResult,
  ImageInferenceResult,
  ImageMaskingResult,
  ResizeResult,
} from "../../src/contracts/tasks.ts";
import { enlargeImage } from "../../src/image/enlarge-image.ts";
import type { Inpainter } from "../../src/inpainting/inpainter.ts";
import { closeMaskloom } from "../../src/library/runtime.ts";
import { composite } from "../../workers/tasks/composite.ts";
import { gather } from "../../workers/tasks/gather.ts";
import { imageInference } from "../../workers/tasks/image-inference.ts";
import { imageMasking } from "../../workers/tasks/image-masking.ts";
import { resize } from "../../workers/tasks/resize.ts";
import { maskOf, softImage } from "../image/rasters.ts";
import { capabilities } from "../inpainting/zoom-cases.ts";
import { errorOf } from "../onnx/run-model.ts";
import { TaskBench } from "./task-bench.ts";

const PHOTOS = new URL("../../examples/photos/", import.meta.url);
const photo = (name: string): Buffer => readFileSync(new URL(name, PHOTOS));

/** Both photos of the repository side by side: a face left and a face right. */
const twoFaces = (): Promise<Buffer> =>
  sharp({ create: { width: 1100, height: 700, channels: 3, background: "#777" } })
    .composite([
      { input: photo("astronaut.jpg"), left: 0, top: 0 },
      { input: photo("grace_hopper.jpg"), left: 540, top: 0 },
    ])
    .png()
    .toBuffer();

/** Fills with its seed, so that every seed is another picture. */
const seeded: Inpainter = {
  manifest: {
    kind: "inpainter",
    id: "test:seeded",
    provider: "local",
    description: "",
    capabilities: capabilities({}, { soft: ["seed", "strength"] }),
    sources: [],
    licence: "",
  } satisfies InpainterManifest,
  inpaint: async ({ image, parameters: { seed = 0 } }) => ({
    image: { ...image, data: new Float32Array(image.data.length).fill(seed % 256) },
    seed,
  }),
};

const FACES = { model: "mediapipe_face_full", confidence: 0.4 };

afterAll(closeMaskloom);

describe("imageMasking", () => {
  it("says in its record what was found before anything was selected", async () => {
    const bench = new TaskBench();
    const said: [string, object | undefined][] = [];
    bench.record = { ...bench.record, info: (message, data) => void said.push([message, data]) };
    const inputImage = await bench.put(await twoFaces());
    await bench.execute("imageMasking", imageMasking, {
      ...FACES,
      inputImage,
      select: { sort: "leftToRight", take: 1 },
    });
    expect(said).toEqual([
      [
        "mediapipe_face_full found 2, 1 selected",
        { confidence: 0.4, scores: [expect.any(Number), expect.any(Number)] },
      ],
    ]);
  });

  it("looks at a huge picture made smaller, and masks it in its own size", async () => {
    const bench = new TaskBench();
    const face = await sharp(photo("astronaut.jpg")).resize(2048).toBuffer();
    const wall = sharp({ create: { width: 9000, height: 4000, channels: 3, background: "#7a7468" } });
    const inputImage = await bench.put(
      await wall
        .composite([{ input: face, left: 5000, top: 1000 }])
        .jpeg()
        .toBuffer(),
    );
    const { output } = await bench.execute("imageMasking", imageMasking, {
      ...FACES,
      confidence: 0.8,
      maskPadding: 0,
      maskBlur: 0,
      inputImage,
    });
    const { width, height, detections, maskImage } = ImageMaskingResult.parse(output);
    expect({ width, height }).toEqual({ width: 9000, height: 4000 });
    expect(detections).toHaveLength(1);
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = detections[0]?.box ?? [];
    expect(Math.abs((x0 + x1) / 2 - (5000 + 225 * 4))).toBeLessThan(60);
    expect(Math.abs((y0 + y1) / 2 - (1000 + 118 * 4))).toBeLessThan(60);
    const { image: mask } = await bench.see(maskImage ?? expect.unreachable("a face was found"));
    expect([mask.width, mask.height]).toEqual([9000, 4000]);
    // To the pixel of the original, which the smaller picture does not have.
    const row = mask.data.subarray(Math.round((y0 + y1) / 2) * 9000).subarray(0, 9000);
    expect(Math.abs(row.indexOf(255) - x0)).toBeLessThanOrEqual(1);
    expect(Math.abs(row.lastIndexOf(255) + 1 - x1)).toBeLessThanOrEqual(1);
  });

  it("stores one mask per detection beside their union with combine: perDetection", async () => {
    const bench = new TaskBench();
    const inputImage = await bench.put(await twoFaces());
    const { output } = await bench.execute("imageMasking", imageMasking, {
      ...FACES,
      inputImage,
      combine: "perDetection",
      select: { sort: "leftToRight" },
    });
    const { detections, maskImage } = ImageMaskingResult.parse(output);
    expect(detections).toHaveLength(2);
    const masks = await Promise.all(
      detections.map(async (found) => {
        const { image } = await bench.see(found.maskImage ?? expect.unreachable("each has a mask"));
        return { image, box: found.box };
      }),
    );
    for (const { image, box } of masks) {
      const [x, y] = [Math.round((box[0] + box[2]) / 2), Math.round((box[1] + box[3]) / 2)];
      expect(image.data[y * image.width + x]).toBe(255);
      const others = masks.filter((other) => other.box !== box);
      for (const other of others) expect(other.image.data[y * image.width + x]).toBe(0);
    }
    const union = await bench.see(maskImage ?? expect.unreachable("faces were found"));
    const highest = union.image.data.map((_, i) => Math.max(...masks.map(({ image }) => image.data[i] ?? 0)));
    expect(Buffer.compare(Buffer.from(union.image.data), Buffer.from(highest))).toBe(0);
  });

  it("selects by a condition over each detection and the values of outer names", async () => {
    const bench = new TaskBench();
    const inputImage = await bench.put(await twoFaces());
    const select = async (where: string, whereScope = {}) => {
      const { kind, output } = await bench.execute("imageMasking", imageMasking, {
        ...FACES,
        inputImage,
        select: { where, sort: "leftToRight" },
        whereScope,
      });
      return { kind, boxes: ImageMaskingResult.parse(output).detections.map(({ box }) => box) };
    };
    const { boxes: both } = await select("true");
    expect(both).toHaveLength(2);
    expect((await select("x < 0.5")).boxes).toEqual(both.slice(0, 1));
    expect((await select("x > inputs.from", { inputs: { from: 0.5 } })).boxes).toEqual(both.slice(1));
    expect((await select("box.width > 9999 or not (x < 0.5)")).boxes).toEqual(both.slice(1));
    expect((await select('label == "hand"')).kind).toBe("skipped");
    // What is absent compares as false, in either direction.
    expect((await select("x > inputs.nothing or x <= inputs.nothing")).boxes).toEqual([]);
    expect(await errorOf(() => select("area + 1"))).toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/select.where: expected true or false/),
    });
  });
});

describe("imageInference", () => {
  const image = softImage({ width: 60, height: 50 }, 3, 8);
  const mask = maskOf(image, (x, y) => (Math.hypot(x - 30, y - 25) < 12 ? 255 : 0));

  const infer = async (fields: Record<string, unknown>) => {
    const bench = new TaskBench();
    bench.add(seeded);
    const [seedImage, maskImage] = [await bench.put(image), await bench.putMask(mask)];
    const result = await bench.execute("imageInference", imageInference, {
      seedImage,
      maskImage,
      model: "test:seeded",
      maskMargin: 16,
      ...fields,
    });
    return { bench, output: ImageInferenceResult.parse(result.output), warnings: result.warnings };
  };
  const middle = 25 * 60 * 3 + 30 * 3;

  it("makes candidates with seeds in a row; the first is the image", async () => {
    const { bench, output } = await infer({ candidates: 3, seed: 41 });
    expect(output.candidates).toHaveLength(3);
    expect(output.candidates?.[0]).toBe(output.image);
    expect(output.seed).toBe(41);
    const pictures = await Promise.all((output.candidates ?? []).map((uuid) => bench.see(uuid)));
    expect(pictures.map((picture) => picture.image.data[middle])).toEqual([41, 42, 43]);
    expect(output.seeds).toEqual([41, 42, 43]);
    for (const picture of pictures)
      expect([...picture.image.data.slice(0, 6)]).toEqual([...image.data.slice(0, 6)]);
  });

  it("makes one candidate, and says so, where nothing is left to chance", async () => {
    const { output, warnings } = await infer({ model: "local:fill", candidates: 4 });
    expect(output.candidates).toEqual([output.image]);
    expect(output.seeds).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringMatching(/local:fill leaves nothing to chance, so one was made instead of 4/),
    ]);
  });

  it("repaints what any of several masks covers, and keeps their union", async () => {
    const bench = new TaskBench();
    bench.add(seeded);
    const other = maskOf(image, (x, y) => (x > 34 && x < 54 && y > 20 && y < 40 ? 160 : 0));
    const seedImage = await bench.put(image);
    const maskImage = [await bench.putMask(mask), await bench.putMask(other)];
    const fields = { seedImage, maskImage, model: "test:seeded", seed: 9 };
    const result = await bench.execute("imageInference", imageInference, fields);
    const output = ImageInferenceResult.parse(result.output);
    const union = await bench.see(output.maskImage ?? expect.unreachable("there were two masks"));
    const highest = mask.data.map((level, at) => Math.max(level, other.data[at] ?? 0));
    expect([...union.image.data]).toEqual([...highest]);
    expect(output.quality).toMatchObject({ pixelsChangedOutside: 0 });
    const { image: made } = await bench.see(output.image);
    expect(made.data[middle]).toBe(9);
    const onlyInOther = (30 * 60 + 50) * 3;
    expect(made.data[onlyInOther]).not.toBe(image.data[onlyInOther]);
  });

  it("has one candidate where none are asked for", async () => {
    const { output, warnings } = await infer({ seed: 5 });
    expect(output.candidates).toEqual([output.image]);
    expect(warnings).toEqual([]);
  });

  it("turns a region by the roll of its face, also in a frame of another size", async () => {
    const turns = [{ box: [18, 13, 42, 37], roll: 25 }];
    const own = await infer({ align: "landmarks", turns, seed: 5 });
    expect(own.output.quality).toMatchObject({ regions: [{ turned: 25 }], pixelsChangedOutside: 0 });
    const framed = await infer({ align: "landmarks", turns, seed: 5, width: 120, height: 50 });
    expect(framed.output.quality).toMatchObject({ regions: [{ turned: 25 }], pixelsChangedOutside: 0 });
    const none = await infer({ align: "none", turns, seed: 5 });
    expect(none.output.quality.regions.map(({ turned }) => turned)).toEqual([undefined]);
    const unknown = await infer({ align: "landmarks", turns: [], seed: 5 });
    expect(unknown.warnings).toEqual([expect.stringMatching(/align: landmarks turned nothing/)]);
  });

  it("leaves a region alone that its gate refuses", async () => {
    const { bench, output, warnings } = await infer({
      seed: 255,
      accept: { seam: "< 1.01", otherwise: "reroll", times: 2 },
    });
    expect(output.quality).toMatchObject({
      regions: [{ status: "keptOriginal", tries: 3 }],
      pixelsChangedInside: 0,
    });
    expect(warnings).toEqual([expect.stringMatching(/painted 3 times and not accepted: seam/)]);
    expect((await bench.see(output.image)).image.data).toEqual(image.data);
  });
});

describe("gather", () => {
  it("joins elements at the largest scale, and nothing else of the picture changes", async () => {
    const bench = new TaskBench();
    bench.add(seeded);
    const image = softImage({ width: 60, height: 40 }, 4, 8);
    const seedImage = await bench.put(image);
    const discs = [20, 36].map((centre) =>
      maskOf(image, (x, y) => (Math.hypot(x - centre, y - 20) < 11 ? 255 : 0)),
    );
    const elements = [];
    for (const [at, disc] of discs.entries()) {
      const maskImage = await bench.putMask(disc);
      const { output } = await bench.execute("imageInference", imageInference, {
        seedImage,
        maskImage,
        model: "test:seeded",
        maskMargin: 16,
        seed: 100 + 50 * at,
        outputScale: at === 0 ? 1 : 2,
      });
      elements.push({ image: ImageInferenceResult.parse(output).image, maskImage });
    }
    const { output } = await bench.execute("gather", gather, { seedImage, elements });
    const result = CompositeResult.parse(output);
    expect(result).toMatchObject({ width: 120, height: 80, quality: { pixelsChangedOutside: 0 } });
    const { image: joined } = await bench.see(result.image);
    const red = (x: number, y: number) => joined.data[(y * 120 + x) * 4];
    expect([red(30, 40), red(72, 40), red(56, 40)]).toEqual([100, 150, 150]);
    const enlarged = enlargeImage(image, 2);
    expect([...joined.data.slice(0, 40)]).toEqual([...enlarged.data.slice(0, 40)]);
  });
});

describe("composite", () => {
  it("enlarges the smaller picture, says so, and counts what changed outside the mask", async () => {
    const bench = new TaskBench();
    const base = softImage({ width: 30, height: 20 }, 3, 8);
    const over = softImage({ width: 60, height: 40 }, 3, 8, 2);
    const mask = maskOf(base, (x) => (x < 10 ? 255 : 0));
    const { output, warnings } = await bench.execute("composite", composite, {
      base: await bench.put(base),
      over: await bench.put(over),
      mask: await bench.putMask(mask),
    });
    const result = CompositeResult.parse(output);
    expect(result).toMatchObject({
      width: 60,
      height: 40,
      quality: { pixelsChangedOutside: 0, regions: [] },
    });
    expect(warnings).toEqual(["base has 30x20 pixels and was scaled to 60x40"]);
    const { image } = await bench.see(result.image);
    expect([...image.data.slice(0, 45)]).toEqual([...over.data.slice(0, 45)]);
  });

  it("lays it where any of several masks says, and keeps their union", async () => {
    const bench = new TaskBench();
    const base = softImage({ width: 30, height: 20 }, 3, 8);
    const over = softImage(base, 3, 8, 2);
    const masks = [maskOf(base, (x) => (x < 10 ? 255 : 0)), maskOf(base, (x) => (x >= 20 ? 255 : 0))];
    const { output } = await bench.execute("composite", composite, {
      base: await bench.put(base),
      over: await bench.put(over),
      mask: await Promise.all(masks.map((mask) => bench.putMask(mask))),
    });
    const result = CompositeResult.parse(output);
    const { image } = await bench.see(result.image);
    const row = (one: typeof base) => [...one.data.slice(0, 90)];
    expect(row(image)).toEqual([
      ...row(over).slice(0, 30),
      ...row(base).slice(30, 60),
      ...row(over).slice(60),
    ]);
    const union = await bench.see(result.maskImage ?? expect.unreachable("there were two masks"));
    expect([0, 15, 25].map((x) => union.image.data[x])).toEqual([255, 0, 255]);
  });

  it("refuses two pictures of different shapes", async () => {
    const bench = new TaskBench();
    const base = softImage({ width: 30, height: 20 }, 3, 8);
    const error = await errorOf(async () =>
      bench.execute("composite", composite, {
        base: await bench.put(base),
        over: await bench.put(softImage({ width: 20, height: 30 }, 3, 8)),
        mask: await bench.putMask(maskOf(base, () => 255)),
      }),
    );
    expect(error).toMatchObject({ code: "INPUT_INVALID", message: expect.stringMatching(/30x20 and 20x30/) });
  });
});

describe("resize", () => {
  it("carries what the file had besides its pixels, and hands on what has the size already", async () => {
    const bench = new TaskBench();
    const written = await sharp(photo("astronaut.jpg"))
      .withExif({ IFD0: { ImageDescription: "an astronaut" } })
      .withIccProfile("p3")
      .png()
      .toBuffer();
    const image = await bench.put(written);
    const { output } = await bench.execute("resize", resize, { image, width: 100 });
    const result = ResizeResult.parse(output);
    expect(result).toMatchObject({ width: 100, height: 100 });
    const [before, after] = [await bench.see(image), await bench.see(result.image)];
    expect(after.container.icc).toEqual(before.container.icc);
    expect(Buffer.from(after.container.exif ?? []).toString("latin1")).toContain("an astronaut");
    const again = await bench.execute("resize", resize, {
      image: result.image,
      width: 100,
      height: 100,
      fit: "cover",
    });
    expect(ResizeResult.parse(again.output).image).toBe(result.image);
  });
});
