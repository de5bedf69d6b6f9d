import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadShippedWorkflow, shippedWorkflowNames } from "../../src/runs/workflow-files.ts";
import { inputsTable } from "./inputs-table.ts";

const document = readFileSync(new URL("../../docs/workflows.md", import.meta.url), "utf8");
const names = await shippedWorkflowNames();
const sections = new Map(
  document.split(/^## /m).map((section) => {
    const [heading = "", ...lines] = section.split("\n");
    return [heading, lines.join("\n")];
  }),
);

it("docs/workflows.md has a section for each shipped workflow, and lists it", () => {
  expect([...sections.keys()].slice(1).sort()).toEqual(names);
  for (const name of names) expect(document).toContain(`| [\`${name}\`](#${name}) |`);
});

describe.each(names)("docs/workflows.md on %s", (name) => {
  it("has its inputs with types, ranges, defaults and help", async () => {
    const { inputs } = (await loadShippedWorkflow(name)).document;
    expect(sections.get(name)).toContain(inputsTable(inputs));
  });

  it("says how to adapt it", () => {
    expect(sections.get(name)).toContain("To adapt it: ");
  });
});
