import { describe, expect, it } from "vitest";
import { drawDetections } from "../../src/image/draw.ts";
import { textWidth, traceText } from "../../src/image/pixel-font.ts";
import type { Image } from "../../src/image/raster.ts";
import { composeSheet } from "../../src/image/sheet.ts";
import { noiseImage, softImage } from "./rasters.ts";

const lines = (text: string): string[] => {
  const rows = Array.from({ length: 7 }, () => Array<string>(text.length * 6 - 1).fill("."));
  traceText(text, (x, y) => {
    const row = rows[y];
    if (row !== undefined) row[x] = "#";
  });
  return rows.map((row) => row.join(""));
};

describe("pixel letters", () => {
  it("leave accents out, however they are written, and have room for every character once", () => {
    const decomposed = "e\u0301u\u0308".normalize("NFD");
    expect(lines("ÉÜ")).toEqual(lines("EU"));
    expect(lines(decomposed).map((row) => row.slice(0, 11))).toEqual(lines("EU"));
    expect(textWidth(decomposed)).toBe(textWidth("EU"));
    expect(lines("한")).toEqual(lines("?"));
    expect(textWidth("😀")).toBe(textWidth("?"));
  });

  it.each([..."!&'\"[]{}<>@~$;^"])("know %s of names of files", (character) => {
    expect(lines(character)).not.toEqual(lines("?"));
  });

  it("are letters", () => {
    expect(lines("T1")).toEqual([
      "#####...#..",
      "..#....##..",
      "..#.....#..",
      "..#.....#..",
      "..#.....#..",
      "..#.....#..",
      "..#....###.",
    ]);
  });

  it("are the same in lower case, and unknown ones are question marks", () => {
    expect(lines("aж")).toEqual(lines("A?"));
  });
});

describe("drawn detections", () => {
  const image: Image = {
    width: 100,
    height: 80,
    channels: 1,
    depth: 16,
    data: new Uint16Array(8000).fill(25_700),
  };
  const box: [number, number, number, number] = [30.2, 30, 70.4, 60];
  const pixel = (drawn: { data: Uint8Array }, x: number, y: number) => [
    ...drawn.data.slice((y * 100 + x) * 3, (y * 100 + x) * 3 + 3),
  ];

  it("frame the box in colour and leave its inside and the original alone", () => {
    const drawn = drawDetections(image, [{ box, score: 0.5, label: "face" }]);
    expect(pixel(drawn, 30, 45)).toEqual([230, 159, 0]);
    expect(pixel(drawn, 69, 45)).toEqual([230, 159, 0]);
    expect(pixel(drawn, 71, 45)).toEqual([100, 100, 100]);
    expect(pixel(drawn, 50, 45)).toEqual([100, 100, 100]);
    expect(image.data.every((sample) => sample === 25_700)).toBe(true);
  });

  it("show keypoints, landmarks and outlines, and labels stay within the picture", () => {
    const drawn = drawDetections(image, [
      {
        box: [-20, -20, 500, 500],
        score: null,
        label: "hand",
        keypoints: [[50, 40]],
        landmarks: [[20, 70, 0]],
        polygon: [
          [80, 50],
          [90, 50],
          [90, 60],
        ],
      },
    ]);
    for (const [x, y] of [
      [50, 40],
      [20, 70],
      [85, 50],
      [90, 55],
    ] as const) {
      expect(pixel(drawn, x, y)).toEqual([230, 159, 0]);
    }
    expect(pixel(drawn, 1, 1)).toEqual([230, 159, 0]);
  });

  it("of none is the picture in 8-bit RGB", () => {
    expect(drawDetections(image, [])).toMatchObject({ channels: 3, depth: 8, width: 100, height: 80 });
  });
});

describe("a sheet", () => {
  it("shows the same part of pictures of different scales side by side, unchanged where no scaling is needed", () => {
    const small = softImage({ width: 40, height: 30 }, 3, 8);
    const large = noiseImage({ width: 80, height: 60 }, 3, 8);
    const sheet = composeSheet({
      title: "Before and after",
      columns: ["before", "after"],
      rows: [
        {
          caption: "a picture",
          panels: [
            { image: small, crop: { x0: 0, y0: 0, x1: 40, y1: 30 } },
            { image: large, crop: { x0: 0, y0: 0, x1: 80, y1: 60 } },
          ],
        },
      ],
      panelSide: 80,
    });
    const rows = Array.from({ length: sheet.height }, (_, y) =>
      Buffer.from(sheet.data.subarray(y * sheet.width * 3, (y + 1) * sheet.width * 3)),
    );
    const first = Buffer.from(large.data.subarray(0, 240));
    const y = rows.findIndex((row) => row.includes(first));
    expect(y).toBeGreaterThan(0);
    expect(rows[y + 59]?.includes(Buffer.from(large.data.subarray(59 * 240, 60 * 240)))).toBe(true);
  });

  it("without rows is a title", () => {
    expect(composeSheet({ title: "Nothing", columns: [], rows: [] }).height).toBeGreaterThan(20);
  });
});
