import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { ERRORS } from "../../src/errors.ts";

const document = await readFile(new URL("../../docs/errors.md", import.meta.url), "utf8");

/** Heading → the text below it. */
const sections = new Map(
  document
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf("\n")).trim(), section] as const),
);

it("docs/errors.md has a heading for each code, and none for a code that is gone", () => {
  expect([...sections.keys()].sort()).toEqual(Object.keys(ERRORS).sort());
});

it.each(Object.entries(ERRORS))(
  "docs/errors.md says status, wire code and retry of %s as the table has them",
  (code, row) => {
    const retried = row.retry ? "retried" : "not retried";
    expect(sections.get(code)).toContain(`HTTP ${row.status} · wire \`${row.wire}\` · ${retried}`);
  },
);
