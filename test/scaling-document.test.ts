import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

/* What docs/scaling.md reckons follows from the measured figures that it names: who changes one of them changes the table. */

const ROOT = path.join(import.meta.dirname, "..");
const scaling = readFileSync(path.join(ROOT, "docs/scaling.md"), "utf8");

const figure = (pattern: RegExp): number => {
  const found = pattern.exec(scaling)?.[1];
  if (found === undefined) throw new Error(`expected ${pattern}`);
  return Number(found.replaceAll(",", ""));
};
const photosAMinute = figure(/does ([\d.]+) pictures a minute/);
const runsASecond = figure(/carries ([\d,]+) runs of two steps a second/);
const withRedis = figure(/and ([\d,]+) with the queues on Redis/);
const kilobytes = figure(/a run of two steps is (\d+) kB of database/);

const rows = [
  ...scaling.matchAll(
    /^\| ([\d,]+) \| ([\d,]+) \| ([\d.,]+) \| ([<\d% ]+) \| ([<\d% ]+) \| ([\d.,]+) GB \|$/gm,
  ),
];
const share = (rate: number, most: number): string => {
  const percent = (100 * rate) / most;
  return percent < 1 ? "< 1 %" : `${percent.toFixed(0)} %`;
};

describe("docs/scaling.md", () => {
  it.each(rows.map(([, ...cells]) => cells))(
    "reckons %s pictures a day rightly",
    (pictures = "", ...cells) => {
      const count = Number(pictures.replaceAll(",", ""));
      const rate = count / 86_400;
      const number = (value: number): string =>
        value.toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
      expect(cells).toEqual([
        Math.ceil(count / (photosAMinute * 1_440)).toLocaleString("en"),
        number(rate),
        share(rate, runsASecond),
        share(rate, withRedis),
        number((count * kilobytes) / 1e6),
      ]);
    },
  );

  it("has a row for each size", () => {
    expect(rows.length).toBe(5);
  });
});
