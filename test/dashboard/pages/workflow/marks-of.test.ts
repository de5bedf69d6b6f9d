import { expect, it } from "vitest";
import { marksOf } from "../../../../dashboard/src/pages/workflow/definition/marks-of.ts";

it("faults stand where they are, and what hinders a good text at its place or at the beginning", () => {
  const fault = { line: 3, column: 5, path: "steps[0].modle", message: "unknown field." };
  expect(marksOf({ faults: [fault], problem: null })).toEqual([
    { line: 3, column: 5, message: "steps[0].modle: unknown field.", severity: "error" },
  ]);
  const message = "workflow:7:12 steps[0].model: there is none\nanother one is not here";
  expect(marksOf({ faults: [], problem: { code: "MODEL_UNKNOWN", message } })).toEqual([
    { line: 7, column: 12, message: "steps[0].model: there is none", severity: "warning" },
    { line: 1, column: 1, message: "another one is not here", severity: "warning" },
  ]);
});
