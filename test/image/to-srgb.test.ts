import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeImage } from "../../src/image/codec.ts";
import { toRgb } from "../../src/image/samples.ts";
import { toSrgb } from "../../src/image/to-srgb.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { hasPhotos, readPhoto } from "./shared-files.ts";

/** All kinds of colours, smoothly. */
const SIDE = 96;
const colours = Buffer.from(
  Array.from({ length: SIDE * SIDE * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % SIDE, Math.floor(at / 3 / SIDE)];
    return [x * 2.6, y * 2.6, 255 - (x + y) * 1.3][at % 3] ?? 0;
  }),
);
const raw = { raw: { width: SIDE, height: SIDE, channels: 3 } } as const;

/** The same picture with other numbers: what it looks like stays. */
const inProfile = (profile: string): Promise<Buffer> =>
  sharp(colours, raw).withIccProfile(profile).png().toBuffer();

async function meanDifference(file: Uint8Array, wanted: Uint8Array): Promise<number> {
  const { image, container } = await decodeImage(file);
  const { data } = toSrgb(toRgb(image), container.icc);
  return data.reduce((sum, level, at) => sum + Math.abs(level - (wanted[at] ?? 0)), 0) / data.length;
}

describe("toSrgb", () => {
  it("brings Display P3 back to what it looks like in sRGB", async () => {
    const file = await inProfile("p3");
    const stored = toRgb((await decodeImage(file)).image);
    const change = stored.data.reduce((sum, level, at) => sum + Math.abs(level - (colours[at] ?? 0)), 0);
    expect(change / colours.length).toBeGreaterThan(4);
    expect(await meanDifference(file, colours)).toBeLessThan(0.6);
  });

  it("leaves a picture in sRGB, and one without a profile, as it is", async () => {
    for (const file of [await inProfile("srgb"), await sharp(colours, raw).png().toBuffer()]) {
      const { image, container } = await decodeImage(file);
      const rgb = toRgb(image);
      expect(toSrgb(rgb, container.icc)).toBe(rgb);
    }
  });

  it("leaves a picture as it is whose profile is damaged in any byte or cut off anywhere", async () => {
    const { container, image } = await decodeImage(await inProfile("p3"));
    const rgb = toRgb(image);
    const icc = container.icc ?? new Uint8Array();
    expect(icc.length).toBeGreaterThan(200);
    for (let length = 0; length < icc.length; length++) {
      const { data } = toSrgb(rgb, icc.subarray(0, length));
      expect(data).toHaveLength(rgb.data.length);
    }
    for (let at = 0; at < 260; at++) {
      const damaged = icc.slice();
      damaged[at] = 255 - (damaged[at] ?? 0);
      expect(toSrgb(rgb, damaged).data).toHaveLength(rgb.data.length);
    }
  });

  it.skipIf(mayBeMissing && !hasPhotos)(
    "sees the photo in Adobe RGB of ../shared as a colour management system does",
    async () => {
      const bytes = readPhoto("negative_food_coco62554.jpg");
      const wanted = await sharp(bytes).withIccProfile("srgb").removeAlpha().raw().toBuffer();
      expect(await meanDifference(bytes, wanted)).toBeLessThan(0.5);
    },
  );
});
