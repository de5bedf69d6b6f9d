import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { encodeThumbnail } from "../../src/image/codec.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";

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

  it("of a part is cut out of the upright picture, and of what lies beside it nothing is said", async () => {
    const turned = await makePicture(6, "jpeg");
    const part = async (x0: number, y0: number, x1: number, y1: number) => {
      const bytes = await encodeThumbnail(turned, 96, DEFAULT_LIMITS, { x0, y0, x1, y1 });
      const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
      return [info.width, info.height, (data[0] ?? 0) > 200];
    };
    expect(await part(10, 20, 50, 100)).toEqual([40, 80, true]);
    expect(await part(150, 300, 900, 900)).toEqual([48, 96, false]);
    await expect(part(200, 0, 260, 40)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  it("of what is no picture is refused", async () => {
    await expect(encodeThumbnail(Buffer.from("no picture"), 100)).rejects.toMatchObject({
      code: "IMAGE_UNREADABLE",
    });
  });
});
