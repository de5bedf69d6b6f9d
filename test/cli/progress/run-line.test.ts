import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { describeRun } from "../../../src/cli/progress/run-line.ts";
import { RunUUID } from "../../../src/contracts/ids.ts";

const line = (file: string) =>
  stripVTControlCharacters(
    describeRun({
      file,
      runUUID: RunUUID.parse("6f6f2c2e-2d9e-4c38-9d3c-6f1f4d9c2f10"),
      status: "failed",
      reused: false,
      output: null,
      error: { code: "IMAGE_UNREADABLE", message: `${file}: the file is empty` },
      warnings: [],
      seconds: 0,
      pixelsChangedOutside: null,
      pixelsChangedInside: null,
      tasks: [],
    }),
  );

describe("the line about a picture", () => {
  it("says how it ended, its name once, and why it failed", () => {
    expect(line("sub/ä b.jpg")).toBe("failed     sub/ä b.jpg  IMAGE_UNREADABLE: the file is empty");
  });

  it("is one line whatever the name holds, and nothing in it steers the terminal", () => {
    expect(line("new\nline\u001b[2J\u0085\u2028.jpg")).toBe(
      "failed     new\\nline\\u001b[2J\\u0085\\u2028.jpg  IMAGE_UNREADABLE: the file is empty",
    );
  });
});
