import { describe, expect, it } from "vitest";
import { readCompareSearch } from "../../../dashboard/src/pages/compare/compare-search.ts";
import { settingsThatDiffer } from "../../../dashboard/src/pages/compare/settings-differences.ts";
import type { Digest } from "../../../src/contracts/ids.ts";

type Compared = Parameters<typeof settingsThatDiffer>[0];
const task = (step: string, input: object, element: number | null = null, model = "some") => ({
  step,
  element,
  provider: "local",
  model,
  input,
});
const run = (tasks: Compared["tasks"], inputs: object = {}): Compared => ({
  workflow: "faces",
  workflowDigest: `sha256:${"a".repeat(64)}` as string as Digest,
  inputs: { image: { uuid: "one" }, ...inputs },
  tasks,
});

describe("settings that differ", () => {
  it("are those of the steps as they were executed, and of the inputs", () => {
    const left = run([task("detail", { strength: 0.4, steps: 20, seedImage: "a" })], { strength: 0.4 });
    const right = run([task("detail", { strength: 0.7, steps: 20, seedImage: "b" }, null, "other")], {
      strength: 0.7,
    });
    expect(settingsThatDiffer(left, right)).toEqual([
      { step: null, name: "strength", left: "0.4", right: "0.7" },
      { step: "detail", name: "model", left: "some", right: "other" },
      { step: "detail", name: "strength", left: "0.4", right: "0.7" },
    ]);
    expect(settingsThatDiffer(left, left)).toEqual([]);
  });

  it("are told field by field, pictures left out, where a setting is made of several", () => {
    const hide = (mode: string, more: object = {}) =>
      run([task("hide", { settings: { mode, blocks: 6, ...more } })]);
    const over = { uuid: "picture" };
    expect(settingsThatDiffer(hide("blur"), hide("pixelate", { over, inner: { at: [1, 2] } }))).toEqual([
      { step: "hide", name: "settings.mode", left: "blur", right: "pixelate" },
      { step: "hide", name: "settings.inner.at", left: null, right: "[1,2]" },
    ]);
  });

  it("of a step that only one did are that it did; of a list's elements the first stands for all", () => {
    const elements = [task("detail", { seed: 1 }, 1), task("detail", { seed: 2 }, 2)];
    const left = run([task("detail", { elements: ["x"] }), ...elements]);
    expect(settingsThatDiffer(left, run([]))).toEqual([
      { step: "detail", name: "", left: "done", right: "not done" },
    ]);
    const right = run([task("detail", { elements: ["y"] }), task("detail", { seed: 9 }, 1)]);
    expect(settingsThatDiffer(left, right)).toEqual([
      { step: "detail", name: "seed", left: "1", right: "9" },
    ]);
  });
});

describe("the address of the compare page", () => {
  it("says what is compared and how, and nothing that it should not", () => {
    const left = "0B0B0B0B-1111-4222-8333-444444444444";
    expect(readCompareSearch({ left, right: "x", mode: "blink", sort: "cost" })).toEqual({
      left: left.toLowerCase(),
      mode: "blink",
      sort: "cost",
    });
    expect(readCompareSearch({ mode: "side", sort: "seam", left: 7 })).toEqual({});
  });
});
