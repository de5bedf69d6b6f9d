import { describe, expect, it } from "vitest";
import { fill } from "../../models/fill.ts";
import { checkSizes } from "../../src/runs/prepare-workflow.ts";
import { twoSteps } from "../engine/two-steps.ts";

/** As `local:fill`, but for its size. */
const small = () => ({
  ...fill,
  capabilities: { ...fill.capabilities, hard: { ...fill.capabilities.hard, maxSide: 512 } },
});

describe("a workflow's sizes", () => {
  const check = (lines: string) => {
    const { workflow, resolved } = twoSteps("", lines);
    return () => checkSizes(workflow, resolved, small);
  };

  it("are refused before any picture is read where the model can never have them", () => {
    expect(check("guideSize: 768")).toThrow(/^steps\.detail\.guideSize: expected at most 512.*got 768$/);
    expect(check("byProvider: { local: { guideSize: 768 } }")).toThrow(/steps\.detail\.guideSize/);
  });

  it("are let through where they fit, are not given, or follow from a picture", () => {
    expect(check("guideSize: 512")).not.toThrow();
    expect(check("")).not.toThrow();
    expect(check("guideSize: ${steps.faces.count}")).not.toThrow();
  });
});
