import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const ROOT = path.join(import.meta.dirname, "..", "..");
const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

it("docs/benchmarks.md tells of every benchmark that there is, in the order in which they run, and of no other", () => {
  const [, rows = ""] = /const BENCHES[^{]*\{(.*?)\n\};/s.exec(read("bench/main.ts")) ?? [];
  const there = [...rows.matchAll(/^ {2}"?([\w-]+)"?:/gm)].map(([, name]) => name);
  const told = [...read("docs/benchmarks.md").matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
  expect(there.length).toBeGreaterThan(10);
  expect(told).toEqual(there);
});

it("docs/benchmarks.md names no setting that no benchmark reads", () => {
  const told = new Set(read("docs/benchmarks.md").match(/BENCH_[A-Z]+/g));
  const sources = [
    "batch",
    "cancel",
    "dashboard",
    "fairness",
    "internet-scale",
    "listing",
    "live-pages",
    "million",
    "review",
    "run-list",
    "scale",
    "soak",
  ];
  const known = new Set(sources.flatMap((name) => read(`bench/${name}.ts`).match(/BENCH_[A-Z]+/g) ?? []));
  expect([...told].filter((name) => !known.has(name))).toEqual([]);
});
