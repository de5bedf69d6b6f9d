import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = path.join(import.meta.dirname, "..");
const IMPORTED = /from "((?:@[\w.-]+\/)?[\w.-]+)[^"]*"/g;
const { dependencies, devDependencies } = JSON.parse(
  readFileSync(path.join(ROOT, "package.json"), "utf8"),
) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
const packages = Object.keys({ ...dependencies, ...devDependencies });
const documented = namesOfTable();

describe("the libraries in ARCHITECTURE.md", () => {
  it("are all that are installed with Maskloom, and all that the dashboard is built of", () => {
    const inDashboard = importsOfDashboard();
    const imported = packages.filter((name) => inDashboard.has(name));
    expect(imported).toContain("react-dom");
    const needed = [...Object.keys(dependencies), ...imported];
    expect(needed.filter((name) => !documented.some((one) => stands(one, name)))).toEqual([]);
  });

  it("are all there", () => {
    expect(documented.length).toBeGreaterThan(30);
    expect(documented.filter((one) => !packages.some((name) => stands(one, name)))).toEqual([]);
  });
});

/* A line may name several, each with its version or, in brackets, more about it; `@scope/*` is all of a scope. */
function namesOfTable(): readonly string[] {
  const [, after = ""] = readFileSync(path.join(ROOT, "ARCHITECTURE.md"), "utf8").split("\n## 5. Libraries");
  const [table = ""] = after.split("\n## ");
  const rows = table.split("\n").filter((line) => line.startsWith("| "));
  return rows.slice(2).flatMap((row) =>
    (row.split("|")[1] ?? "")
      .replace(/\([^)]*\)/g, "")
      .split(",")
      .map((name) => name.trim().replace(/ [\d.]+$/, "")),
  );
}

function stands(documentedName: string, name: string): boolean {
  return documentedName.endsWith("*")
    ? name.startsWith(documentedName.slice(0, -1))
    : documentedName === name;
}

function importsOfDashboard(): ReadonlySet<string> {
  const folder = path.join(ROOT, "dashboard/src");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.tsx?$/.test(file),
  );
  const texts = files.map((file) => readFileSync(path.join(folder, file), "utf8"));
  return new Set(texts.flatMap((text) => [...text.matchAll(IMPORTED)].map(([, name]) => name ?? "")));
}
