import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const ENTRY = path.resolve("src/client/maskloom-client.ts");

/** Everything that a bundle of the client would hold: its files, and the packages they import. */
function collectImports(entry: string): { files: string[]; packages: Set<string> } {
  const files = [entry];
  const packages = new Set<string>();
  for (const file of files) {
    const source = readFileSync(file, "utf8");
    const imports = source.matchAll(
      /(?:^|\n)(?:import|export)\s+(?!type\b)[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)/g,
    );
    for (const [, name, dynamic] of imports) {
      const specifier = name ?? dynamic ?? "";
      if (!specifier.startsWith(".")) packages.add(specifier);
      else if (!files.includes(path.resolve(path.dirname(file), specifier))) {
        files.push(path.resolve(path.dirname(file), specifier));
      }
    }
  }
  return { files, packages };
}

describe("the client's imports", () => {
  it("are zod, and ws only where the platform has no WebSocket: nothing of Node, nothing heavy", () => {
    const { files, packages } = collectImports(ENTRY);
    expect([...packages].sort()).toEqual(["ws", "zod"]);
    expect(files.length).toBeGreaterThan(8);
    const folders = new Set(files.map((file) => path.relative("src", path.dirname(file))));
    expect([...folders].sort()).toEqual(["", "client", "contracts"]);
  });
});
