import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { linesOfFile } from "../src/lines-of-file.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-lines-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = async (text: string): Promise<string[]> => {
  const file = path.join(folder, "lines.jsonl");
  await writeFile(file, text);
  const lines: string[] = [];
  for await (const line of linesOfFile(file)) lines.push(line);
  return lines;
};

it("gives back texts that were written as JSON, a line each, whatever is in them", async () => {
  const texts = fc.array(
    fc.string({ unit: fc.constantFrom("a", "é", "🙂", "\n", "\r", "\u2028", "\u2029", '"') }),
  );
  const holds = async (values: string[]) => {
    const text = values.map((value) => `${JSON.stringify(value)}\n`).join("");
    expect((await read(text)).map((line) => JSON.parse(line))).toEqual(values);
  };
  await fc.assert(fc.asyncProperty(texts, holds), { numRuns: 50 });
});

it("joins what the disk gives in parts, characters of several bytes included", async () => {
  const line = "🙂é".repeat(50_000);
  expect(await read(`short\n${line}\nend`)).toEqual(["short", line, "end"]);
});

it("has no line of an empty file, and keeps empty ones in between", async () => {
  expect(await read("")).toEqual([]);
  expect(await read("a\n\nb\n")).toEqual(["a", "", "b"]);
});
