import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { readConfig } from "../../src/config/config.ts";

const document = await readFile(new URL("../../docs/cli.md", import.meta.url), "utf8");
const [variables = "", file = ""] = document
  .slice(document.indexOf("\n## Settings\n"))
  .split("\n### In config.yaml\n");
const { settings } = readConfig({});

it("docs/cli.md has every setting by its variable", () => {
  for (const { name } of settings) expect(variables).toContain(`\`${name}\``);
});

it("docs/cli.md has every setting by its place in config.yaml, and none that is gone", () => {
  const places = [...file.matchAll(/^\| (none|`(\w+)`) \| (.*) \|$/gm)].flatMap(([, , section, names = ""]) =>
    [...names.matchAll(/`([a-z]\w*)`/g)].map(([, name]) =>
      section === undefined ? name : `${section}.${name}`,
    ),
  );
  expect(places.sort()).toEqual(settings.map(({ place }) => place).sort());
});
