import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { expect, it } from "vitest";
import { createProgram } from "../../src/cli/program.ts";

const document = await readFile(new URL("../../docs/cli.md", import.meta.url), "utf8");
const commands = createProgram().commands;

it("docs/cli.md has a section for each command, and none for one that is gone", () => {
  const sections = [...document.matchAll(/^## ([a-z]+)$/gm)].map((match) => match[1]);
  expect(sections.sort()).toEqual(commands.map((command) => command.name()).sort());
});

it("docs/cli.md lists every command in its first table", () => {
  const table = document.slice(0, document.indexOf("\n## "));
  const listed = [...table.matchAll(/\[`([a-z]+)`\]\(#\1\)/g)].map((match) => match[1]);
  expect(listed.sort()).toEqual(commands.map((command) => command.name()).sort());
});

const options = commands.flatMap((command) =>
  [command, ...command.commands].flatMap((one: Command) =>
    one.options.map((option) => [command.name(), option.long ?? option.flags] as const),
  ),
);

it.each(options)("docs/cli.md says what %s %s is", (name, option) => {
  const start = document.indexOf(`\n## ${name}\n`);
  const end = document.indexOf("\n## ", start + 1);
  const inherited = name === "mask" ? document.slice(document.indexOf("\n## detect\n"), start) : "";
  expect(document.slice(start, end) + inherited).toContain(option);
});

it("every command says what it does, and in the list of all in a few words", () => {
  for (const command of commands) {
    expect(command.description(), command.name()).toMatch(/\.$/);
    expect(command.summary(), command.name()).toMatch(/^[a-z].{9,70}[^.]$/);
  }
});
