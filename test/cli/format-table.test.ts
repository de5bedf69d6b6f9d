import { describe, expect, it } from "vitest";
import { formatTable } from "../../src/cli/terminal.ts";

describe("a table on the terminal", () => {
  it("has columns as wide as their widest cell, and nothing behind the last", () => {
    expect(
      formatTable([
        ["a", "bb", "c"],
        ["aaa", "b", ""],
      ]),
    ).toBe("a    bb  c\naaa  b");
  });

  it("keeps each row on its line and lets no name steer the terminal", () => {
    expect(formatTable([["one\ntwo", "\u001b[31mred"]])).toBe("one\\ntwo  \\u001b[31mred");
  });
});
