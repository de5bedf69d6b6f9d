import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import {
  collectSetting,
  dollarsOrNone,
  integerBetween,
  numberBetween,
  oneOf,
  takeOf,
} from "../../src/cli/argument-types.ts";

describe("numbers", () => {
  it("are taken within their bounds, both included", () => {
    const confidence = numberBetween(0, 1);
    expect(["0", "1", "0.25", ".5", "+1"].map(confidence)).toEqual([0, 1, 0.25, 0.5, 1]);
  });

  it.each(["", " ", "1.01", "-0.1", "0x1", "1e0", "NaN", "Infinity", "half"])("refuse %j", (text) => {
    expect(() => numberBetween(0, 1)(text)).toThrow(InvalidArgumentError);
  });

  it("refuse a part where a whole one is expected", () => {
    expect(integerBetween(-128, 128)("-128")).toBe(-128);
    expect(() => integerBetween(-128, 128)("1.5")).toThrow(/whole number from -128 to 128/);
  });
});

describe("money", () => {
  it("is dollars, or none for no limit: never nothing, which a parser of arguments makes an empty text of", () => {
    expect(["0", "2.5", "none"].map(dollarsOrNone)).toEqual([0, 2.5, "none"]);
  });

  it.each(["", "-1", "1$", "None", "1,50"])("refuses %j", (text) => {
    expect(() => dollarsOrNone(text)).toThrow(/number of dollars such as 2.5, or none/);
  });
});

describe("--take", () => {
  it("tells how many from which ones", () => {
    expect(["3", "1,3", "[2]", "[1, 4]", "2,"].slice(0, 4).map(takeOf)).toEqual([3, [1, 3], [2], [1, 4]]);
  });

  it.each(["0", "1,0", "", "a", "1;2", "-1", "1,,2", "2,"])("refuses %j", (text) => {
    expect(() => takeOf(text)).toThrow(InvalidArgumentError);
  });
});

describe("--set", () => {
  it("keeps everything after the first = and lets the last value of a key hold", () => {
    const once = collectSetting("prompt=a=b, c");
    expect(collectSetting("strength=1", collectSetting("strength=0", once))).toEqual({
      prompt: "a=b, c",
      strength: "1",
    });
  });

  it.each(["strength", "=1", " =1"])("refuses %j", (text) => {
    expect(() => collectSetting(text)).toThrow(/key=value/);
  });
});

it("names the choice that was probably meant", () => {
  expect(() => oneOf("leftToRight", "rightToLeft")("leftoRight")).toThrow(/Did you mean leftToRight/);
});
