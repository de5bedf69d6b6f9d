import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { providersOf } from "../src/config/provider-settings.ts";

const text = await readFile(new URL("../docs/providers.md", import.meta.url), "utf8");
const blocks = [...text.matchAll(/```yaml\n(providers:\n[\s\S]*?)```/g)].map(([, block = ""]) => block);

it("docs/providers.md shows providers", () => {
  expect(blocks.length).toBeGreaterThan(3);
});

it.each(blocks)("docs/providers.md shows what can be configured: %s", (block) => {
  const { providers } = parse(block) as { providers: unknown[] };
  expect(providersOf(providers, {})).toHaveLength(providers.length);
});
