import { describe, expect, it } from "vitest";
import { differenceOf } from "../../../../dashboard/src/components/viewer/difference.ts";

const pixels = (...values: number[]) => Uint8ClampedArray.from(values);

describe("the difference of two pictures", () => {
  it("is black and counts nothing where they are the same", () => {
    const one = pixels(10, 20, 30, 255, 40, 50, 60, 255);
    const { pixels: heat, changed, largest } = differenceOf(one, one, 6);
    expect([...heat]).toEqual([0, 0, 0, 255, 0, 0, 0, 255]);
    expect([changed, largest]).toEqual([0, 0]);
  });

  it("takes the channel that differs most, and counts pixels, not channels", () => {
    const before = pixels(10, 20, 30, 255, 0, 0, 0, 255);
    const after = pixels(12, 25, 29, 255, 0, 0, 0, 255);
    const { pixels: heat, changed, largest } = differenceOf(before, after, 10);
    expect([...heat.slice(0, 4)]).toEqual([150, 0, 0, 255]);
    expect([changed, largest]).toEqual([1, 5]);
  });

  it("goes from red over yellow to white as the difference grows", () => {
    const before = pixels(0, 0, 0, 255, 0, 0, 0, 255);
    const after = pixels(140, 0, 0, 255, 255, 255, 255, 255);
    expect([...differenceOf(before, after, 1).pixels]).toEqual([255, 165, 0, 255, 255, 255, 255, 255]);
  });

  it("refuses pictures of different sizes", () => {
    expect(() => differenceOf(pixels(0, 0, 0, 0), pixels(), 1)).toThrow(RangeError);
  });
});
