import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { DetailerValues } from "../../src/importers/comfyui/detailer.ts";
import { importGraph } from "./comfyui/graphs.ts";
import { importText } from "./imported-workflow.ts";

const document = readFileSync(new URL("../../docs/importing.md", import.meta.url), "utf8");

/** Sources of the examples, and what is shown of what they become. */
const blocks = [...document.matchAll(/^```(json|yaml)\n([\s\S]*?)^```$/gm)].map(([, kind, text = ""]) => ({
  kind,
  text,
}));
const [adetailer, comfyui] = blocks.filter(({ kind }) => kind === "json").map(({ text }) => text);
const shown = blocks.filter(({ kind }) => kind === "yaml").map(({ text }) => text);

it.each([
  ["ADetailer", () => importText(adetailer ?? "").yaml, shown.slice(0, 2)],
  ["the Impact Pack", () => importGraph(JSON.parse(comfyui ?? "")).yaml, shown.slice(2)],
])("docs/importing.md shows what the example of %s becomes", (_what, imported, excerpts) => {
  const lines = imported().split("\n");
  expect(excerpts).toHaveLength(2);
  for (const line of excerpts.flatMap((text) => text.trimEnd().split("\n"))) expect(lines).toContain(line);
});

it("docs/importing.md says what becomes of every value of a detailer", () => {
  for (const name of Object.keys(DetailerValues.shape)) expect(document).toContain(`\`${name}\``);
});
