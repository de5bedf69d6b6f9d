import { expect, it } from "vitest";
import { folderName, splitPath } from "../../../../dashboard/src/pages/runs/split-path.ts";

it("parts a run's name from its folders", () => {
  expect(splitPath("shoot/day 2/a.jpg")).toEqual({ folder: "shoot/day 2", name: "a.jpg" });
  expect(splitPath("a.jpg")).toEqual({ folder: "", name: "a.jpg" });
});

it("names a folder by what tells it from others, on the disk and in S3", () => {
  expect(folderName("/srv/photos/2026 autumn/")).toBe("2026 autumn");
  expect(folderName("s3://shots/2026")).toBe("2026");
  expect(folderName("/")).toBe("/");
});
