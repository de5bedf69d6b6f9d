import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as maskloom from "../../src/index.ts";
import { mayBeMissing } from "../may-be-missing.ts";

const { closeMaskloom, createMask, detect, inpaint } = maskloom;
const ASTRONAUT = path.resolve("../shared/photos/astronaut.jpg");
const FACE = "mediapipe_face_full";

describe("the library", () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), "maskloom-library-"));
    vi.stubEnv("MASKLOOM_HOME", home);
  });
  afterAll(async () => {
    await closeMaskloom();
    vi.unstubAllEnvs();
    await rm(home, { recursive: true, force: true });
  });

  it("exports what its page promises, and nothing by accident", () => {
    expect(Object.keys(maskloom).sort()).toEqual([
      "MaskloomClient",
      "MaskloomError",
      "closeMaskloom",
      "createMask",
      "defineWorkflow",
      "detect",
      "inpaint",
    ]);
  });

  const plain = () =>
    sharp({ create: { width: 60, height: 40, channels: 3, background: "#345" } })
      .png()
      .toBuffer();

  it("finds nothing where there is nothing, and makes a black mask of it", async () => {
    const { mask, detections, width, height } = await createMask(await plain(), { model: FACE });
    expect({ detections, width, height }).toEqual({ detections: [], width: 60, height: 40 });
    const { data, info } = await sharp(mask).toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 60, height: 40, channels: 1 });
    expect(Math.max(...data)).toBe(0);
  });

  it("makes a mask of detections that are handed in, padded and without a fade", async () => {
    const detections = [
      { box: [10, 10, 20, 20] as [number, number, number, number], score: null, label: "face" },
    ];
    const { mask } = await createMask(await plain(), {
      model: FACE,
      detections,
      maskPadding: 0,
      maskBlur: 0,
    });
    const data = await sharp(mask).toColourspace("b-w").raw().toBuffer();
    expect(data.filter((level) => level === 255).length).toBe(100);
    expect(data.filter((level) => level === 0).length).toBe(60 * 40 - 100);
  });

  it.each([
    [() => detect("/nowhere.png", { model: FACE }), "INPUT_MISSING", /nowhere\.png/],
    [() => detect(new Uint8Array([1, 2]), { model: FACE }), "IMAGE_UNREADABLE", /PNG, JPEG or WEBP/],
    [
      async () => detect(await plain(), { model: "mediapipe_face_ful" }),
      "MODEL_UNKNOWN",
      /mediapipe_face_full/,
    ],
    [async () => detect(await plain(), { model: FACE, confidence: 2 }), "INPUT_INVALID", /confidence/],
    [async () => createMask(await plain(), { model: FACE, maskBlur: -1 }), "INPUT_INVALID", /maskBlur/],
    [
      async () => inpaint(await plain(), await plain(), { model: "local:fil" }),
      "MODEL_UNKNOWN",
      /local:fill/,
    ],
    [
      async () => detect(await plain(), { model: FACE, signal: AbortSignal.abort() }),
      "CANCELLED",
      /cancelled/,
    ],
  ])("says what is wrong: case %#", async (call, code, message) => {
    await expect(call()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("keeps every sample outside the mask in a lossless file, and the size and format of the picture", async () => {
    const noise = await sharp(Buffer.from(Array.from({ length: 64 * 48 * 3 }, (_, i) => (i * 7919) % 256)), {
      raw: { width: 64, height: 48, channels: 3 },
    })
      .png()
      .toBuffer();
    const detections = [
      { box: [20, 10, 40, 30] as [number, number, number, number], score: 1, label: "face" },
    ];
    const { mask } = await createMask(noise, { model: FACE, detections, maskPadding: 0 });
    const result = await inpaint(noise, mask, {
      model: "local:fill",
      maskMargin: 8,
      settings: { mode: "blur" },
    });
    expect(result).toMatchObject({ format: "png", width: 64, height: 48, pixelsChangedOutside: 0 });
    expect(result.pixelsChangedInside).toBeGreaterThan(300);
    const [before, after, levels] = await Promise.all([
      sharp(noise).raw().toBuffer(),
      sharp(result.image).raw().toBuffer(),
      sharp(mask).toColourspace("b-w").raw().toBuffer(),
    ]);
    const strayed = before.filter((sample, at) => levels[Math.floor(at / 3)] === 0 && sample !== after[at]);
    expect(strayed.length).toBe(0);
  });

  describe.skipIf(mayBeMissing && !existsSync(ASTRONAUT))("with ../shared/photos/astronaut.jpg", () => {
    it("finds the one face, masks it and restores it at twice the size", async () => {
      const { detections, width, height } = await detect(ASTRONAUT, { model: FACE });
      expect({ width, height, faces: detections.length }).toEqual({ width: 512, height: 512, faces: 1 });
      const { mask } = await createMask(ASTRONAUT, { model: FACE, detections });
      const result = await inpaint(ASTRONAUT, mask, {
        model: "local:esrgan-detail",
        maskMargin: 32,
        outputScale: 2,
        format: "png",
      });
      expect(result).toMatchObject({ width: 1024, height: 1024, format: "png", pixelsChangedOutside: 0 });
      expect(result.regions).toHaveLength(1);
      expect(result.regions[0]?.sharpnessGain).toBeGreaterThan(1.2);
    });

    it("lets a program end by itself: idle threads keep nothing alive", async () => {
      const program = `
        const { detect } = await import(${JSON.stringify(path.resolve("src/index.ts"))});
        const { detections } = await detect(${JSON.stringify(ASTRONAUT)}, { model: "${FACE}" });
        console.log(detections.length);
      `;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--import", "tsx", "--input-type=module", "-e", program],
        { timeout: 25_000 },
      );
      expect(stdout.trim()).toBe("1");
    });
  });

  it("begins anew after it was closed", async () => {
    await closeMaskloom();
    await closeMaskloom();
    expect((await detect(await plain(), { model: FACE })).detections).toEqual([]);
  });
});
