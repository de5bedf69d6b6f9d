import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPicture } from "../../src/detection/detection-picture.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import type { Size } from "../../src/image/raster.ts";

const ASTRONAUT = readFileSync(new URL("../../examples/photos/astronaut.jpg", import.meta.url));
const sizeOf = ({ width, height }: Size): Size => ({ width, height });
const WIDTH = 12_000;
const HEIGHT = 8300;
/** Where the photo of 512 pixels hangs on the wall, enlarged four times. */
const PLACE = { left: 7000, top: 5000 };

let folder: string;
let huge: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-huge-"));
  huge = path.join(folder, "huge.jpg");
  const photo = await sharp(ASTRONAUT).resize(2048).toBuffer();
  const wall = { width: WIDTH, height: HEIGHT, channels: 3, background: "#7a7468" } as const;
  const jpeg = sharp({ create: wall, limitInputPixels: false }).composite([{ input: photo, ...PLACE }]);
  await writeFile(huge, await jpeg.removeAlpha().jpeg({ quality: 90 }).toBuffer());
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("openPicture", () => {
  it("decodes an ordinary photo whole", async () => {
    const { size, pixels, original } = await openPicture(ASTRONAUT, DEFAULT_LIMITS);
    expect(size).toEqual({ width: 512, height: 512 });
    expect(sizeOf(pixels)).toEqual(size);
    expect(Buffer.compare(original?.data as Uint8Array, pixels.data)).toBe(0);
    // Threads look at it where it is.
    expect(pixels.data.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it("decodes 100 megapixels as 25, and says how large the original is", async () => {
    const { size, pixels, original } = await openPicture(readFileSync(huge), DEFAULT_LIMITS);
    expect(size).toEqual({ width: WIDTH, height: HEIGHT });
    expect(sizeOf(pixels)).toEqual({ width: WIDTH / 2, height: HEIGHT / 2 });
    expect(original === null).toBe(true);
  });

  it.each(["png", "webp"] as const)("turns a huge %s upright as a whole one", async (format) => {
    const even = { channels: 3, background: "#ffffff" } as const;
    const bytes = await sharp({ create: { ...even, width: 4000, height: 400 } })
      .extend({ bottom: 8600, background: "#203040" })
      .withMetadata({ orientation: 6 })
      .toFormat(format)
      .toBuffer();
    const { size, pixels } = await openPicture(bytes, DEFAULT_LIMITS);
    expect(size).toEqual({ width: 9000, height: 4000 });
    expect(sizeOf(pixels)).toEqual({ width: 4500, height: 2000 });
    // Orientation 6: what is stored at the top is seen on the right.
    expect(pixels.data[4490 * 3]).toBeGreaterThan(250);
    expect(pixels.data[10 * 3]).toBeLessThan(60);
  });

  it("refuses damaged bytes, huge or not", async () => {
    const half = readFileSync(huge).subarray(0, 200_000);
    await expect(openPicture(half, DEFAULT_LIMITS)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
  });
});

it.skipIf(process.platform !== "linux")(
  "finds a face in a JPEG of 100 megapixels where it is, in 0.6 of the memory that it would take whole",
  async () => {
    const script = fileURLToPath(new URL("./detect-process.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", script, huge]);
    const { before, peak, detections } = JSON.parse(stdout);
    expect(detections).toHaveLength(1);
    const [x0, y0, x1, y1] = detections[0].box;
    expect(Math.abs((x0 + x1) / 2 - (PLACE.left + 225 * 4))).toBeLessThan(60);
    expect(Math.abs((y0 + y1) / 2 - (PLACE.top + 118 * 4))).toBeLessThan(60);
    // Decoded, and copied to where threads see it.
    const whole = 2 * WIDTH * HEIGHT * 3;
    expect(peak - before).toBeLessThan(0.6 * whole);
  },
  60_000,
);
