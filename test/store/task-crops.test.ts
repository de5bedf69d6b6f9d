import { expect, it } from "vitest";
import type { Crop } from "../../src/contracts/task-records.ts";
import type { RegionQuality } from "../../src/contracts/tasks.ts";
import { withQuality } from "../../src/store/task-crops.ts";

const crop = (more: Partial<Crop>) =>
  ({ attempt: 1, candidate: 0, region: 0, tries: 1, error: null, ...more }) as Crop;
const regions = [{ seam: 1.1 }, { seam: 1.2 }] as RegionQuality[];

it("gives a region's numbers to the crop that they were measured of: the last try of the last attempt's first candidate", () => {
  const crops = [
    crop({ attempt: 1 }),
    crop({ attempt: 2, tries: 1 }),
    crop({ attempt: 2, tries: 2 }),
    crop({ attempt: 2, region: 1 }),
    crop({ attempt: 2, region: 2 }),
    crop({ attempt: 2, candidate: 1 }),
  ];
  expect(withQuality(crops, regions).map(({ quality }) => quality?.seam ?? null)).toEqual([
    null,
    null,
    1.1,
    1.2,
    null,
    null,
  ]);
});

it("has none for what failed, nor where there is no result", () => {
  const error = { code: "PROVIDER_FAILED", message: "no" };
  expect(withQuality([crop({ error })], regions)[0]?.quality).toBeNull();
  expect(withQuality([crop({})], [])[0]?.quality).toBeNull();
  expect(withQuality([], regions)).toEqual([]);
});
