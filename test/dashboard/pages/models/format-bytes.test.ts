import fc from "fast-check";
import { expect, it } from "vitest";
import { formatBytes } from "../../../../dashboard/src/pages/models/format-bytes.ts";
import { formatBytes as formatOnCommandLine } from "../../../../src/runs/models/byte-size.ts";

it("sizes read as on the command line", () => {
  expect(formatBytes(6_230_011)).toBe("5.9 MiB");
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 31 - 1 }), (bytes) => {
      expect(formatBytes(bytes)).toBe(formatOnCommandLine(bytes));
    }),
  );
});
