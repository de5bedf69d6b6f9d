import { expect, it } from "vitest";
import { dataText, timeText } from "../../../dashboard/src/pages/run/log/log-text.ts";

it("says what a line says besides its words, times for people among it", () => {
  expect(dataText({})).toBe("");
  expect(dataText({ model: "local:fill", seed: 7, box: [1, 2] })).toBe(
    "model local:fill · seed 7 · box [1,2]",
  );
  expect(dataText({ ms: 2840 })).toBe("2.8 s");
  expect(dataText({ ms: { decode: 4, inpaint: 2840, encode: 46 } })).toBe(
    "inpaint 2.8 s, encode 46 ms, decode 4 ms",
  );
});

it("says when it was to the millisecond", () => {
  expect(timeText("2026-01-02T03:04:05.678Z")).toMatch(/^\d\d:\d4:05\.678$/);
});
