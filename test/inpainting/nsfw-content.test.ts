import { describe, expect, it } from "vitest";
import type { Acceptance } from "../../src/contracts/tasks.ts";
import { joinNsfwContent } from "../../src/inpainting/nsfw-content.ts";
import { maskOf, noiseImage } from "../image/rasters.ts";
import { fillWith, inpaintWith } from "./zoom-cases.ts";

const image = noiseImage({ width: 200, height: 60 }, 3, 8);
const square = (x0: number) => (x: number, y: number) => x >= x0 && x < x0 + 20 && y >= 20 && y < 40;
const both = maskOf(image, (x, y) => (square(10)(x, y) || square(160)(x, y) ? 255 : 0));

/** What is said of a picture of which two regions are painted, by what was said of each. */
async function told(
  first: boolean | undefined,
  second: boolean | undefined,
  accept?: Acceptance,
): Promise<boolean | undefined> {
  const painted = await inpaintWith(fillWith(90), image, both, {
    accept,
    async inpaint(request) {
      const NSFWContent = request.region === 0 ? first : second;
      return { image: fillWith(90)(request), ...(NSFWContent === undefined ? {} : { NSFWContent }) };
    },
  });
  expect(painted.regions).toHaveLength(2);
  return painted.NSFWContent;
}

describe("whether a picture is safe for work", () => {
  it.each([
    [true, true, true],
    [false, true, true],
    [true, undefined, true],
    [false, false, false],
    [false, undefined, undefined],
    [undefined, undefined, undefined],
  ])("is, of regions that are said to be %s and %s: %s", async (first, second, expected) => {
    expect(await told(first, second)).toBe(expected);
  });

  it("does not depend on what was painted and then left out", async () => {
    expect(await told(true, true, { sharpnessGain: "> 100", otherwise: "keepOriginal" })).toBeUndefined();
  });

  it("is not known where nothing was painted", () => {
    expect(joinNsfwContent([])).toBeUndefined();
  });
});
