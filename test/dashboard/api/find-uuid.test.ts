import { describe, expect, it } from "vitest";
import { readUuid } from "../../../dashboard/src/api/find-uuid.ts";

const UUID = "4a9a6d89-706b-4749-b517-40c8d597632b";

describe("what is typed into the search box", () => {
  it("is a UUID with whatever was copied around it", () => {
    for (const text of [UUID, ` ${UUID}\n`, `"${UUID}",`, UUID.toUpperCase()]) {
      expect(readUuid(text)).toBe(UUID);
    }
  });

  it("is a text where it only looks a little like one", () => {
    for (const text of ["", UUID.slice(0, 8), `${UUID}0`, `photo-${UUID}.png`])
      expect(readUuid(text)).toBeNull();
  });
});
