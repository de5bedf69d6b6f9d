import { readFileSync } from "node:fs";
import fc from "fast-check";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { assignOutputNames } from "../../src/cli/output-names.ts";
import { ImageMaskingResult, Selection, Sort } from "../../src/contracts/tasks.ts";
import { maskDetections } from "../../src/detection/masks/mask-detections.ts";
import { MaskloomError } from "../../src/errors.ts";
import { createMask } from "../../src/image/create-mask.ts";
import { decodeMask } from "../../src/image/decode-mask.ts";
import type { Found } from "../../src/image/detection-shape.ts";
import type { Shape } from "../../src/image/mask-shape.ts";
import type { Mask } from "../../src/image/raster.ts";
import { selectDetections } from "../../src/image/select-detections.ts";
import { readADetailer } from "../../src/importers/adetailer/read-source.ts";
import { maskingTask } from "../../src/inpainting/providers/runware/runware-request.ts";
import { closeMaskloom } from "../../src/library/runtime.ts";
import { compileSelection } from "../../src/runs/compile-selection.ts";
import { imageMasking } from "../../workers/tasks/image-masking.ts";
import { maskOf, noiseImage, softImage } from "../image/rasters.ts";
import { errorOf } from "../onnx/run-model.ts";
import { TaskBench } from "../workers/task-bench.ts";
import { fillWith, inpaintWith, returnInput, standard, zoomed } from "./zoom-cases.ts";

/* Faults that were found in other tools' code; each has a test by its name, so that it cannot creep in here. */

const ASTRONAUT = readFileSync(new URL("../../examples/photos/astronaut.jpg", import.meta.url));
const SIZE = { width: 60, height: 40 };
const HARD = { maskPadding: 0, maskBlur: 0, invert: false };

const boxOf = (mask: Mask) => {
  const set = Array.from(mask.data.keys()).filter((i) => mask.data[i] !== 0);
  const [xs, ys] = [set.map((i) => i % mask.width), set.map((i) => Math.floor(i / mask.width))];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
};

/** Boxes whose score, label and corner all tell which one it is. */
const founds: fc.Arbitrary<Found[]> = fc
  .array(
    fc.record({
      x: fc.integer({ min: 0, max: 56 }),
      y: fc.integer({ min: 0, max: 36 }),
      side: fc.integer({ min: 1, max: 20 }),
    }),
    { maxLength: 8 },
  )
  .map((places) =>
    places.map(({ x, y, side }, i) => ({
      box: [x, y, Math.min(60, x + side), Math.min(40, y + side)],
      score: (i + 1) / 10,
      label: `${x},${y}`,
    })),
  );

afterAll(closeMaskloom);

describe("a trap of other tools", () => {
  it("'a mask moved off the right edge comes back at the left': it is cut off", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: -8, max: 16 }), (over, maskPadding) => {
        const shape: Shape = { kind: "box", box: [50 + over, 10, 70 + over, 30] };
        const { mask } = createMask(SIZE, [shape], { ...HARD, maskPadding, maskBlur: 4 });
        for (let y = 0; y < 40; y++) expect(mask.data[y * 60]).toBe(0);
      }),
    );
  });

  it("'even kernels are asymmetric by a pixel', 'expand by N grows 0.19 N': p pixels on every side, for every p", () => {
    for (let maskPadding = -9; maskPadding <= 9; maskPadding++) {
      const { mask } = createMask(SIZE, [{ kind: "box", box: [20, 10, 40, 30] }], { ...HARD, maskPadding });
      expect(boxOf(mask)).toEqual([20 - maskPadding, 10 - maskPadding, 40 + maskPadding, 30 + maskPadding]);
    }
  });

  it("'negative dilation is ignored': it shrinks, in the mask of each detection as in that of all", () => {
    const shape: Shape = { kind: "box", box: [20, 10, 40, 30] };
    const { mask, perDetection } = createMask(SIZE, [shape], {
      ...HARD,
      maskPadding: -5,
      combine: "perDetection",
    });
    for (const one of [mask, ...perDetection]) expect(boxOf(one)).toEqual([25, 15, 35, 25]);
  });

  it("'after a drop box j is no longer that of mask j': each mask lies in its own detection's box", () => {
    fc.assert(
      fc.property(
        founds,
        fc.constantFrom(...Sort.options),
        fc.integer({ min: 1, max: 6 }),
        (found, sort, take) => {
          const selected = selectDetections(found, SIZE, { sort, take });
          const options = { ...HARD, maskPadding: -3, combine: "perDetection" } as const;
          const { detections, perDetection } = maskDetections(SIZE, selected, { shape: "box" }, options);
          const masks = [...perDetection];
          expect(masks).toHaveLength(detections.length);
          for (const [i, { box }] of detections.entries()) {
            const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = boxOf(masks[i] ?? expect.unreachable());
            expect(x0 >= box[0] && y0 >= box[1] && x1 <= box[2] && y1 <= box[3]).toBe(true);
          }
        },
      ),
    );
  });

  it("'sorting boxes forgets their confidences': box, score and label stay together in every order", () => {
    fc.assert(
      fc.property(founds, fc.constantFrom(...Sort.options), (found, sort) => {
        for (const { box, score, label } of selectDetections(found, SIZE, { sort })) {
          expect(label).toBe(`${box[0]},${box[1]}`);
          expect(found[Math.round((score ?? 0) * 10) - 1]?.box).toBe(box);
        }
      }),
    );
  });

  it("'the best k of an unsorted list of lists': confidences of a real model are numbers, and the best one is taken", async () => {
    const bench = new TaskBench();
    const inputImage = await bench.put(ASTRONAUT);
    const scores = async (select: object) => {
      const input = { inputImage, model: "mediapipe_face_short", confidence: 0.05, select };
      const { output } = await bench.execute("imageMasking", imageMasking, input);
      return ImageMaskingResult.parse(output).detections.map(({ score }) => score ?? Number.NaN);
    };
    const all = await scores({});
    expect(all.every((score) => score > 0 && score <= 1)).toBe(true);
    expect(await scores({ sort: "confidence", take: 1 })).toEqual([Math.max(...all)]);
  });

  it("'a detector that throws has found nothing': the task fails with its error", async () => {
    const bench = new TaskBench();
    const inputImage = await bench.put(ASTRONAUT);
    const broken = new MaskloomError("WORKER_LOST", "the thread of this network ended");
    bench.breakDetectors(broken);
    const input = { inputImage, model: "mediapipe_face_full", onEmpty: "skip" };
    expect(await errorOf(() => bench.execute("imageMasking", imageMasking, input))).toBe(broken);
  });

  it("'the best k are counted before the area is looked at': what counts is filtered first, then taken, then united", () => {
    const found: Found[] = [
      { box: [0, 0, 40, 40], score: 0.9, label: "large" },
      { box: [50, 0, 54, 4], score: 0.8, label: "small" },
      { box: [50, 20, 56, 26], score: 0.7, label: "medium" },
    ];
    const selected = selectDetections(found, SIZE, { maxArea: 0.1, sort: "confidence", take: 1 });
    expect(selected.map(({ label }) => label)).toEqual(["small"]);
    const { mask } = maskDetections(SIZE, selected, { shape: "box" }, { ...HARD });
    expect(boxOf(mask)).toEqual([50, 0, 54, 4]);
  });

  it("'the crop is that of the blurred mask': it is the mask's own box and the margin, to the pixel", async () => {
    const image = softImage({ width: 120, height: 100 }, 3, 8);
    const shape: Shape = { kind: "box", box: [40, 40, 70, 60] };
    const { mask } = createMask(image, [shape], { ...HARD, maskBlur: 6 });
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = boxOf(mask);
    const { regions } = await inpaintWith(returnInput(), image, mask, { zoom: zoomed({ maskMargin: 20 }) });
    expect(regions.map(({ crop }) => crop)).toEqual([[x0 - 20, y0 - 20, x1 + 20, y1 + 20]]);
  });

  it("'a blank mask repaints the whole picture': it repaints nothing, zoomed or not", async () => {
    const image = noiseImage(SIZE, 3, 8);
    for (const zoom of [zoomed(), standard()]) {
      const { image: result } = await inpaintWith(
        fillWith(9),
        image,
        maskOf(SIZE, () => 0),
        { zoom },
      );
      expect(result.data).toEqual(image.data);
    }
  });

  it("'a small feather is nearly a box, with a hard seam at the crop's edge': the fade has the width that is asked for", () => {
    for (const maskBlur of [1, 2, 5, 12]) {
      const { mask } = createMask(SIZE, [{ kind: "box", box: [25, 15, 35, 25] }], { ...HARD, maskBlur });
      const row = Array.from(mask.data.subarray(20 * 60 + 34, 20 * 60 + 34 + maskBlur + 2));
      expect(row[0]).toBe(255);
      expect(row.at(-1)).toBe(0);
      const fade = row.slice(1, -1);
      expect(fade.every((level, i) => level > 0 && level < (row[i] ?? 0))).toBe(true);
    }
  });

  it("'a list of names is all there is to choose by': label, number, place, size and score choose together", () => {
    const found: Found[] = [
      { box: [0, 0, 10, 10], score: 0.9, label: "face" },
      { box: [50, 0, 60, 10], score: 0.8, label: "face" },
      { box: [50, 20, 60, 30], score: 0.7, label: "hand" },
      { box: [40, 20, 44, 24], score: 0.6, label: "face" },
    ];
    const chosen = (select: object) =>
      selectDetections(found, SIZE, compileSelection({ select: Selection.parse(select) }, SIZE)).map((one) =>
        found.indexOf(one),
      );
    expect(chosen({ classes: { exclude: ["hand"] }, where: "x > 0.5" })).toEqual([1, 3]);
    expect(chosen({ classes: { include: ["face"] }, minArea: 0.01, sort: "rightToLeft" })).toEqual([1, 0]);
    expect(chosen({ where: "index != 1 and score > 0.65", sort: "rightToLeft", take: [2] })).toEqual([2]);
  });

  it("'results are flat, called by their stem and always PNG': they keep folder, name and format, and share no name", () => {
    const names = ["a.jpg", "a.png", "sub/a.jpg"];
    expect(assignOutputNames(names, "same")).toEqual(names);
    expect(assignOutputNames(names, "png")).toEqual(["a.jpg.png", "a.png.png", "sub/a.png"]);
  });

  it("'masks from elsewhere are JPEG unless somebody asks': PNG is asked for", () => {
    const request = { callUUID: "c", model: "runware:35@1", inputImage: "i", confidence: 0.4 };
    for (const form of ["flat", "nested"] as const)
      expect(maskingTask({ ...request, form })).toMatchObject({ outputFormat: "PNG" });
  });

  it("'settings that are wrong are left out with a line in the log': a unit with one is refused, by its line", () => {
    const text = '[{"ad_model": "face_yolov8n.pt"},\n {"ad_model": "hand_yolov8n.pt", "ad_confidence": 3}]';
    expect(() => readADetailer({ file: "args.json", text })).toThrow(
      /^args\.json:2:\d+ \[1\]\.ad_confidence: /,
    );
  });

  it("'a mask's alpha is its level': brightness is, and what is transparent is kept", async () => {
    const pixels = Buffer.from([255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0]);
    const png = await sharp(pixels, { raw: { width: 4, height: 1, channels: 4 } })
      .png()
      .toBuffer();
    expect([...(await decodeMask(png, { width: 4, height: 1 })).data]).toEqual([255, 0, 0, 0]);
  });

  it("'JPEG noise at a mask's edge is repainted': black stays 0 beside an edge", async () => {
    const fromCentre = (i: number): number => Math.hypot((i % 64) - 29, Math.floor(i / 64) - 27);
    const half = maskOf({ width: 64, height: 64 }, (x, y) => (fromCentre(y * 64 + x) < 17 ? 255 : 0));
    const raw = { width: 64, height: 64, channels: 1 } as const;
    const jpg = await sharp(half.data, { raw }).jpeg({ quality: 95 }).toBuffer();
    const isBlack = (_: number, i: number): boolean => fromCentre(i) > 20;
    const rung = Array.from(await sharp(jpg).toColourspace("b-w").raw().toBuffer()).filter(isBlack);
    expect(rung.some((level) => level > 0)).toBe(true);
    const stray = Array.from((await decodeMask(jpg, half)).data)
      .filter(isBlack)
      .filter((level) => level > 0);
    expect(stray).toEqual([]);
  });
});
