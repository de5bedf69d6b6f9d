import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

/* SECURITY.md points at what holds its promises: code, tests and commands that must be there. */

const ROOT = path.join(import.meta.dirname, "..");
const document = readFileSync(path.join(ROOT, "SECURITY.md"), "utf8");

it("SECURITY.md names files that are there", () => {
  let folder = "";
  const named = [...document.matchAll(/`([\w/-]+(?:\.[\w.-]+)?)`/g)].map(([, name = ""]) => name);
  const files = named
    .filter((name) => /^(src|test)\/|\.(ts|yml)$/.test(name))
    .map((name) => {
      const file = name.includes("/") || !name.endsWith(".ts") ? name : `${folder}/${name}`;
      folder = path.posix.dirname(file);
      return file;
    });
  expect(files.length).toBeGreaterThan(8);
  expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});

it("SECURITY.md names commands and settings that are there", () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    scripts: object;
  };
  const commands = [...document.matchAll(/`npm run ([\w:-]+)`/g)].map(([, name = ""]) => name);
  expect(commands.length).toBeGreaterThan(2);
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
  const words = readFileSync(path.join(ROOT, "src", "config", "setting-words.ts"), "utf8");
  const settings = document.match(/\b(?:MASKLOOM_[A-Z_]+|PUBLIC_URL)\b/g) ?? [];
  expect(settings.filter((name) => !words.includes(`${name}:`))).toEqual([]);
});
