import { expect, it } from "vitest";
import { ShownWarnings } from "../../../src/cli/run/shown-warnings.ts";

it("warnings of a batch are shown once each, and where they are too many that is said", () => {
  const notes: string[] = [];
  const shown = new ShownWarnings({
    note: (text) => notes.push(text),
    step: () => undefined,
    ended: () => undefined,
    close: () => undefined,
  });
  const warnings = Array.from({ length: 50 }, (_, at) => `${at}.json: stepps is no input`);
  for (const warning of warnings) shown.show([warning, "0.json: stepps is no input"]);
  expect(notes).toHaveLength(21);
  expect(notes[0]).toMatch(/0\.json: stepps is no input$/);
  expect(notes[20]).toMatch(/there are more, which are not shown here$/);
});
