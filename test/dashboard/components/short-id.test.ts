import { expect, it } from "vitest";
import { shortId } from "../../../dashboard/src/components/short-id.ts";
import { newBatchUUID, newRunUUID } from "../../../src/contracts/ids.ts";

it("batches that are begun at once are told from each other by what is shown of their UUIDs", () => {
  const batches = Array.from({ length: 50 }, newBatchUUID);
  expect(new Set(batches.map((uuid) => uuid.slice(0, 8))).size).toBeLessThan(3);
  expect(new Set(batches.map(shortId)).size).toBe(50);
});

it("what begins by chance is shown from its beginning", () => {
  const run = newRunUUID();
  expect(shortId(run)).toBe(run.slice(0, 8));
  expect(shortId("4d7249d58bc37b5c")).toBe("4d7249d5");
});
