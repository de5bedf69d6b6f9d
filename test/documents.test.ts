import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

/* Documents that the sources and other documents send their readers to, and figures that they show. */

const ROOT = path.join(import.meta.dirname, "..");
const FOLDERS = ["src", "models", "workers", "workflows", "bench", "scripts", "test", "docs"];
const PAGES = readdirSync(ROOT).filter((name) => name.endsWith(".md"));
const files = [...PAGES, ...FOLDERS.flatMap(listFiles)].filter((file) => !file.startsWith("test/fixtures/"));

it("are there: every page that a source names", () => {
  const named = files
    .filter((file) => /\.(ts|yaml)$/.test(file))
    .flatMap((file) => findAll(file, /(?<![\w./-])(?:docs\/)?[A-Za-z][\w-]*\.md\b/g));
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ target }) => !existsSync(path.join(ROOT, target)))).toEqual([]);
});

it("are there: every link and picture of a page", () => {
  const links = files
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) => findAll(file, /(?<=\]\()(?![a-z]+:)[^)#]+/g));
  expect(links.length).toBeGreaterThan(10);
  const missing = links.filter(
    ({ file, target }) => !existsSync(path.join(ROOT, path.dirname(file), target)),
  );
  expect(missing).toEqual([]);
});

it("go with the package: whatever its pages link to", () => {
  const { files: shipped } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    files: string[];
  };
  const isShipped = (file: string) =>
    file === "README.md" || shipped.some((one) => file === one || file.startsWith(`${one}/`));
  const links = files
    .filter((file) => file.endsWith(".md") && isShipped(file))
    .flatMap((file) => findAll(file, /(?<=\]\()(?![a-z]+:)[^)#]+/g));
  expect(links.length).toBeGreaterThan(10);
  const missing = links.filter(
    ({ file, target }) => !isShipped(path.posix.join(path.posix.dirname(file), target)),
  );
  expect(missing).toEqual([]);
});

function findAll(file: string, pattern: RegExp): { file: string; target: string }[] {
  const found = readFileSync(path.join(ROOT, file), "utf8").match(pattern) ?? [];
  return found.map((target) => ({ file, target }));
}

function listFiles(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/[\\/]node_modules(?:[\\/]|$)/.test(entry.parentPath))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"));
}
