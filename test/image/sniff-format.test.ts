import { describe, expect, it } from "vitest";
import { sniffFormat, sniffOtherFormat } from "../../src/image/sniff-format.ts";

const named = (text: string) => sniffOtherFormat(Buffer.from(text));

describe("a format that is recognised by what a file begins with", () => {
  it.each([
    "<svg>",
    '<svg width="1">',
    " \n<svg>",
    '<?xml version="1.0"?>\n<svg>',
    '<?xml version="1.0"?><!-- drawn --> <!--twice--><svg>',
  ])("is SVG for %s", (text) => {
    expect(named(text)).toBe("SVG");
    expect(sniffFormat(Buffer.from(text))).toBeNull();
  });

  it.each(["<svgx>", "<html><svg>", "<!-- <svg> ", "<?xml <svg>", "<?xml ?><!-->", "svg", ""])(
    "is none for %s",
    (text) => {
      expect(named(text)).toBeNull();
    },
  );

  /* As one pattern it had two ways to go on at each of them: a minute for these, and for ever for twice as many. */
  it("is told at once behind any number of comments, which whoever uploads may choose", () => {
    expect(named(`${"<!---->".repeat(34)}x`)).toBeNull();
    expect(named(`${"<!---->".repeat(72)}x`)).toBeNull();
    expect(named(`${"<!---->".repeat(70)}<svg>`)).toBe("SVG");
  });
});
