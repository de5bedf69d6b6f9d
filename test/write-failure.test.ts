import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { writeFailure } from "../src/write-failure.ts";
import { mayBeMissing } from "./may-be-missing.ts";

describe("writing to a disk", () => {
  it.skipIf(mayBeMissing && !existsSync("/dev/full"))(
    "is DISK_FULL when there is no room, as /dev/full has none",
    async () => {
      const error: unknown = await writeFile("/dev/full", "bytes").catch((reason: unknown) => reason);
      expect(writeFailure("/data/artifacts", error, "use another disk")).toMatchObject({
        code: "DISK_FULL",
        message: expect.stringMatching(/^\/data\/artifacts: no room left; free some, or use another disk$/),
        cause: error,
      });
    },
  );

  it("leaves errors alone that are not the disk's", () => {
    const error = new TypeError("a mistake of ours");
    expect(writeFailure("/data", error, "use another disk")).toBe(error);
  });
});
