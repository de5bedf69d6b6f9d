import { expect, it } from "vitest";
import { CELL_SIDE, composeContactSheet, SHEET_CELLS } from "../../src/image/contact-sheet.ts";
import type { RgbImage } from "../../src/image/samples.ts";

const red = (width: number, height: number): RgbImage => ({
  width,
  height,
  channels: 3,
  depth: 8,
  data: Uint8Array.from({ length: width * height * 3 }, (_, at) => (at % 3 === 0 ? 255 : 0)),
});

it("shows every picture whole, whatever its shape, and has room for those that there are none of", () => {
  const sizes = [
    [CELL_SIDE, 1],
    [1, CELL_SIDE],
    [40, 30],
    [CELL_SIDE, CELL_SIDE],
  ] as const;
  const cells = Array.from({ length: SHEET_CELLS }, (_, at) => {
    const size = sizes[at % 5];
    const image = size === undefined ? null : red(size[0], size[1]);
    return { image, name: "a rather long name ".repeat(9), text: `${at}`, tone: "found" as const };
  });
  const { data } = composeContactSheet({ title: "all", cells });
  let pixels = 0;
  for (let at = 0; at < data.length; at += 3)
    if (data[at] === 255 && data[at + 1] === 0 && data[at + 2] === 0) pixels += 1;
  const each = sizes.reduce((sum, [width, height]) => sum + width * height, 0);
  expect(pixels).toBe(each * (SHEET_CELLS / 5));
});
