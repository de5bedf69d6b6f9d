import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeAt } from "../../../../dashboard/src/components/workflow-editor/yaml-place.ts";

/** The place of the mark in a text, which the text then does not have. */
function at(marked: string) {
  const offset = marked.indexOf("¦");
  const { frames, siblings, key, typed } = placeAt(marked.replace("¦", ""), offset);
  return { path: frames.map((frame) => frame.key), beside: [...siblings.keys()].sort(), key, typed };
}

const HEAD = "maskloom: 1\nname: my-own\nsteps:\n";

describe("the place in a text that is being typed", () => {
  it("is a name of the document at its margin", () => {
    expect(at("maskloom: 1\nna¦")).toEqual({ path: [], beside: ["maskloom"], key: null, typed: "na" });
  });

  it("is a field of a step, whether behind its dash or below", () => {
    const behind = at(`${HEAD}  - i¦\n    task: resize\n`);
    expect(behind).toEqual({ path: ["steps", null], beside: ["task"], key: null, typed: "i" });
    const below = at(`${HEAD}  - id: one\n    task: resize\n    ¦\n  - id: two\n`);
    expect(below).toEqual({ path: ["steps", null], beside: ["id", "task"], key: null, typed: "" });
  });

  it("is a value after a colon", () => {
    expect(at(`${HEAD}  - id: one\n    task: image¦\n`)).toMatchObject({ key: "task", typed: "image" });
    expect(at(`${HEAD}  - id: one\n    task: ¦`)).toMatchObject({ key: "task", typed: "" });
  });

  it("is within what a step holds, with what the step says known", () => {
    const text = `${HEAD}  - id: one\n    task: imageMasking\n    select:\n      so¦\n`;
    expect(at(text).path).toEqual(["steps", null, "select"]);
    const { frames } = placeAt(text.replace("¦", ""), text.indexOf("¦"));
    expect(frames.at(-1)?.siblings.get("task")).toBe("imageMasking");
  });

  it("is within braces that are open on the line", () => {
    expect(at(`${HEAD}  - { id: one, task: resize, wi¦`)).toEqual({
      path: ["steps", null],
      beside: ["id", "task"],
      key: null,
      typed: "wi",
    });
    expect(at("inputs:\n  image: { type: ¦ }")).toMatchObject({ path: ["inputs", "image"], key: "type" });
    expect(at("inputs:\n  image: { type: image }\n  prompt: { ty¦").path).toEqual(["inputs", "prompt"]);
  });

  it("is not within the braces of an expression", () => {
    expect(at("output: ${steps.¦")).toMatchObject({ path: [], key: "output" });
  });

  it("knows lists that stand at their field's own margin", () => {
    expect(at("steps:\n- id: one\n  ta¦\n").path).toEqual(["steps", null]);
  });

  it("never fails, whatever is typed", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ \n:{}\-a$"',#]{0,60}$/), fc.nat(60), (text, offset) => {
        const place = placeAt(text, Math.min(offset, text.length));
        expect(place.from).toBeLessThanOrEqual(Math.min(offset, text.length));
      }),
    );
  });
});
