import { describe, expect, it } from "vitest";
import { placeOfStep, stepAt } from "../../../../dashboard/src/pages/workflow/definition/step-lines.ts";

const TEXT = `maskloom: 1
steps:
  - id: faces
    task: imageMasking
    select:
      - area
  - task: imageInference
    id: detail
  - { id: small, task: resize }
output: \${steps.small.image}
`;

const at = (part: string) => stepAt(TEXT, TEXT.indexOf(part) + 1);

describe("where steps are in a text", () => {
  it("is the place of what they are called, wherever in the step that stands", () => {
    expect(placeOfStep(TEXT, "faces")).toEqual({ line: 3, column: 9 });
    expect(placeOfStep(TEXT, "detail")).toEqual({ line: 8, column: 9 });
    expect(placeOfStep(TEXT, "small")?.line).toBe(9);
    expect(placeOfStep(TEXT, "nobody")).toBeNull();
  });

  it("is known of every character in them, and of none outside", () => {
    expect(at("id: faces")).toBe("faces");
    expect(at("- area")).toBe("faces");
    expect(at("task: imageInference")).toBe("detail");
    expect(at("id: detail")).toBe("detail");
    expect(at("{ id: small")).toBe("small");
    expect(at("output")).toBeNull();
    expect(at("maskloom")).toBeNull();
  });
});
