import { describe, expect, it, vi } from "vitest";
import { BatchUUID, newBatchUUID } from "../../src/contracts/ids.ts";

describe("UUIDs of batches", () => {
  it("are of version 7, unlike one another, and in the order in which they were made", () => {
    vi.useFakeTimers();
    const made = Array.from({ length: 300 }, () => {
      vi.advanceTimersByTime(1);
      return newBatchUUID();
    });
    vi.useRealTimers();
    expect(made.every((uuid) => BatchUUID.safeParse(uuid).success && uuid[14] === "7")).toBe(true);
    expect([...made].sort()).toEqual(made);
    expect(new Set(made.map((uuid) => uuid.slice(15))).size).toBe(made.length);
  });
});
