import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candidate } from "../../../src/detection/ssd/candidate.ts";
import { intersectionOverUnion, suppressWeighted } from "../../../src/detection/ssd/weighted-suppression.ts";

const candidates = fc.array(
  fc
    .record({
      x: fc.integer({ min: 0, max: 60 }),
      y: fc.integer({ min: 0, max: 60 }),
      side: fc.integer({ min: 1, max: 40 }),
      score: fc.integer({ min: 1, max: 1000 }),
    })
    .map(
      ({ x, y, side, score }): Candidate => ({
        box: [x, y, x + side, y + side],
        score: score / 1000,
        keypoints: [[x, y]],
      }),
    ),
  { maxLength: 30 },
);

describe("suppressWeighted", () => {
  it("averages a group by score and keeps the best score", () => {
    const merged = suppressWeighted(
      [
        { box: [0, 0, 10, 10], score: 0.6, keypoints: [[2, 2]] },
        { box: [2, 0, 12, 10], score: 0.9, keypoints: [[4, 2]] },
        { box: [50, 50, 60, 60], score: 0.7, keypoints: [[55, 55]] },
      ],
      0.3,
    );
    expect(merged).toHaveLength(2);
    expect(merged[0]?.score).toBe(0.9);
    expect(merged[0]?.box[0]).toBeCloseTo(1.2, 12);
    expect(merged[0]?.box[2]).toBeCloseTo(11.2, 12);
    expect(merged[0]?.keypoints[0]?.[0]).toBeCloseTo(3.2, 12);
    expect(merged[1]).toEqual({ box: [50, 50, 60, 60], score: 0.7, keypoints: [[55, 55]] });
  });

  it("keeps what overlaps no more than the limit", () => {
    // Half a box in common is a third of the union.
    const pair: Candidate[] = [
      { box: [0, 0, 10, 10], score: 0.9, keypoints: [] },
      { box: [5, 0, 15, 10], score: 0.8, keypoints: [] },
    ];
    expect(suppressWeighted(pair, 1 / 3 + 1e-9)).toHaveLength(2);
    expect(suppressWeighted(pair, 1 / 3 - 1e-9)).toHaveLength(1);
  });

  it("loses no best candidate, adds none, and orders by score", () => {
    fc.assert(
      fc.property(candidates, (list) => {
        const merged = suppressWeighted(list, 0.3);
        expect(merged.length).toBeLessThanOrEqual(list.length);
        expect(merged.length === 0).toBe(list.length === 0);
        if (list.length > 0) expect(merged[0]?.score).toBe(Math.max(...list.map(({ score }) => score)));
        const scores = merged.map(({ score }) => score);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
      }),
    );
  });

  it("merges boxes without area into nothing but themselves", () => {
    const flat: Candidate = { box: [5, 5, 5, 5], score: 0.9, keypoints: [] };
    expect(suppressWeighted([flat], 0.3)).toEqual([flat]);
  });
});

it("measures overlap as the share of the union", () => {
  expect(intersectionOverUnion([0, 0, 2, 2], [1, 1, 3, 3])).toBeCloseTo(1 / 7, 12);
  expect(intersectionOverUnion([0, 0, 2, 2], [2, 0, 4, 2])).toBe(0);
  expect(intersectionOverUnion([0, 0, 2, 2], [0, 0, 2, 2])).toBe(1);
});
