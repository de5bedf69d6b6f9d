import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { encodeThumbnail } from "../../src/image/codec.ts";

/** 400 x 200, the left half red, the right half clear. */
async function makePicture(orientation: number, format: "jpeg" | "png"): Promise<Buffer> {
  const red = { create: { width: 200, height: 200, channels: 4, background: "#f00" } } as const;
  const clear = { create: { width: 400, height: 200, channels: 4, background: "#0000" } } as const;
  const picture = sharp(clear).composite([{ input: await sharp(red).png().toBuffer(), left: 0, top: 0 }]);
  return picture.withMetadata({ orientation }).toFormat(format).toBuffer();
}

describe("a small copy", () => {
  it("is upright, and has no side longer than asked for", async () => {
    const bytes = await encodeThumbnail(await makePicture(6, "jpeg"), 100);
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([50, 100]);
    const redAt = (x: number, y: number) => (data[(y * info.width + x) * info.channels] ?? 0) > 200;
    expect([redAt(25, 10), redAt(25, 90)]).toEqual([true, false]);
  });

  it("of a small picture is not larger than that, and what is clear is white", async () => {
    const bytes = await encodeThumbnail(await makePicture(1, "png"), 1_000);
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([400, 200, 3]);
    expect([...data.subarray(399 * 3, 400 * 3)].every((sample) => sample > 250)).toBe(true);
  });

  it("of what is no picture is refused", async () => {
    await expect(encodeThumbnail(Buffer.from("no picture"), 100)).rejects.toMatchObject({
      code: "IMAGE_UNREADABLE",
    });
  });
});
