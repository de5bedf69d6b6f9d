import { describe, expect, it } from "vitest";
import { ApiError } from "../../../dashboard/src/api/api-error.ts";
import { missingOf } from "../../../dashboard/src/api/pictures.ts";
import { placeOf, sayMissing, sizeOf } from "../../../dashboard/src/components/picture/picture-state.ts";
import { whyNotModes } from "../../../dashboard/src/pages/run/viewer/view-mode.ts";

const SINCE = "2026-03-01T10:00:00.000Z";
const SIZE = { width: 40, height: 30 };
const GONE = { kind: "gone", since: null } as const;
const THERE = { kind: "there", size: SIZE } as const;
const refusal = (status: number, code: string, since: string | null = null) =>
  new ApiError({ status, code, message: "no", since });

describe("what a refusal means for whoever wants to see a picture", () => {
  it("is that it is gone, since when, or that it is damaged", () => {
    expect(missingOf(refusal(404, "PICTURE_GONE", SINCE))).toEqual({ kind: "gone", since: SINCE });
    expect(missingOf(refusal(404, "NOT_FOUND"))).toEqual(GONE);
    for (const [status, code] of [
      [500, "ARTIFACT_CORRUPT"],
      [422, "IMAGE_UNREADABLE"],
    ] as const)
      expect(missingOf(refusal(status, code)), code).toEqual({ kind: "damaged", since: null });
  });

  it("is nothing about the picture where it passes, or where a key is needed", () => {
    for (const error of [
      refusal(503, "DATABASE_UNAVAILABLE"),
      refusal(401, "UNAUTHORIZED"),
      new TypeError("network"),
    ])
      expect(() => missingOf(error)).toThrow(error);
  });
});

describe("a picture that is missing", () => {
  it("keeps the place that it was given, and has no size to measure by", () => {
    const state = { ...GONE, size: SIZE };
    expect([placeOf(state), sizeOf(state), placeOf(GONE), placeOf(THERE)]).toEqual([SIZE, null, null, SIZE]);
  });

  it("is named, and said since when it is", () => {
    expect(sayMissing(GONE, "Before")).toBe("Before: no longer kept");
    expect(sayMissing({ ...GONE, since: SINCE })).toMatch(/^No longer kept, removed .*2026/);
  });

  it("takes away the ways to see it, and every way that needs both", () => {
    const one = whyNotModes({ before: GONE, after: THERE, titles: {} });
    expect(Object.keys(one).sort()).toEqual(["before", "difference", "slider"]);
    const none = whyNotModes({ before: THERE, after: THERE, titles: {} });
    expect(none).toEqual({});
  });
});
