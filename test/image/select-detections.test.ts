import { describe, expect, it } from "vitest";
import type { Detection } from "../../src/contracts/detection.ts";
import { selectDetections } from "../../src/image/select-detections.ts";

const size = { width: 100, height: 100 };
const detection = (label: string, score: number | null, x: number, y: number, side: number): Detection => ({
  label,
  score,
  box: [x, y, x + side, y + side],
});
const all = [
  detection("face", 0.5, 60, 10, 10),
  detection("face", 0.9, 10, 40, 20),
  detection("hand", 0.25, 45, 45, 10),
  detection("hand", null, 80, 80, 5),
];
const indicesOf = (selected: readonly Detection[]): number[] => selected.map((d) => all.indexOf(d));

describe("selecting detections", () => {
  it("keeps scores above the threshold, not at it, and those without a score", () => {
    expect(indicesOf(selectDetections(all, size, {}, 0.25))).toEqual([0, 1, 3]);
    expect(indicesOf(selectDetections(all, size, {}))).toEqual([0, 1, 2, 3]);
  });

  it("keeps classes and shares of the picture's area, bounds included", () => {
    expect(indicesOf(selectDetections(all, size, { classes: { include: ["hand"] } }))).toEqual([2, 3]);
    expect(indicesOf(selectDetections(all, size, { classes: { exclude: ["hand"] } }))).toEqual([0, 1]);
    expect(indicesOf(selectDetections(all, size, { minArea: 0.01, maxArea: 0.04 }))).toEqual([0, 1, 2]);
    expect(indicesOf(selectDetections(all, size, { minArea: 0.0101 }))).toEqual([1]);
  });

  it("sorts in every order, equal ones as they came", () => {
    const sorted = (sort: Parameters<typeof selectDetections>[2]["sort"]) =>
      indicesOf(selectDetections(all, size, sort === undefined ? {} : { sort }));
    expect(sorted("confidence")).toEqual([1, 0, 2, 3]);
    expect(sorted("area")).toEqual([1, 0, 2, 3]);
    expect(sorted("leftToRight")).toEqual([1, 2, 0, 3]);
    expect(sorted("rightToLeft")).toEqual([3, 0, 2, 1]);
    expect(sorted("topToBottom")).toEqual([0, 1, 2, 3]);
    expect(sorted("centerToEdge")).toEqual([2, 1, 0, 3]);
  });

  it("takes the first k, or 1-based picks after sorting; picks that do not exist find nothing", () => {
    expect(indicesOf(selectDetections(all, size, { sort: "leftToRight", take: 2 }))).toEqual([1, 2]);
    expect(indicesOf(selectDetections(all, size, { sort: "leftToRight", take: [3, 1, 9, 1] }))).toEqual([
      0, 1,
    ]);
  });

  it("asks where with the detection and its number as detected", () => {
    const seen: number[] = [];
    const where = (d: Detection, index: number): boolean => {
      seen.push(index);
      return d.label === "hand";
    };
    expect(indicesOf(selectDetections(all, size, { where, take: 1 }, 0.4))).toEqual([3]);
    expect(seen).toEqual([1, 2, 4]);
  });

  it("passes on the detections themselves and leaves the given list as it was", () => {
    const before = [...all];
    expect(selectDetections(all, size, { sort: "area" })[0]).toBe(all[1]);
    expect(all).toEqual(before);
  });
});
