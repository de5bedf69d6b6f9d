import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createModelCache, type ModelRecipe } from "../../src/onnx/model-cache.ts";
import { errorOf, runModel } from "./run-model.ts";
import { addingModel } from "./small-model.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "maskloom-models-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function countingRecipe(): ModelRecipe & { readonly conversions: () => number } {
  let conversions = 0;
  return {
    name: "adding",
    key: "adding-1",
    convert: async () => {
      conversions += 1;
      return addingModel(1);
    },
    conversions: () => conversions,
  };
}

it("converts once for any number of calls at once", async () => {
  const recipe = countingRecipe();
  const cache = createModelCache(undefined);
  const models = await Promise.all(Array.from({ length: 5 }, () => cache.load(recipe)));
  expect(recipe.conversions()).toBe(1);
  expect(new Set(models).size).toBe(1);
});

it("keeps the converted model for the next process, as a plain ONNX file and nothing beside it", async () => {
  await createModelCache(folder).load(countingRecipe());
  const next = countingRecipe();
  const model = await createModelCache(folder).load(next);
  expect(next.conversions()).toBe(0);
  expect(await readdir(folder)).toEqual(["adding-1.onnx"]);
  expect(new Uint8Array(await readFile(join(folder, "adding-1.onnx")))).toEqual(model.bytes.slice());
  const { result } = await runModel(model.bytes.slice(), Float32Array.of(1), [1]);
  expect(result?.data).toEqual(Float32Array.of(2));
});

it.each<[string, (file: string) => Promise<void>]>([
  ["cut off", (file) => truncate(file, 40)],
  ["empty", (file) => truncate(file, 0)],
  [
    "changed in one byte",
    async (file) => {
      const bytes = await readFile(file);
      bytes[50] = (bytes[50] ?? 0) ^ 1;
      await writeFile(file, bytes);
    },
  ],
])("converts again and repairs the file when it is %s", async (_, damage) => {
  const file = join(folder, "adding-1.onnx");
  await createModelCache(folder).load(countingRecipe());
  const intact = await readFile(file);
  await damage(file);
  const recipe = countingRecipe();
  await createModelCache(folder).load(recipe);
  expect(recipe.conversions()).toBe(1);
  expect(await readFile(file)).toEqual(intact);
});

it("works from memory where the folder cannot be made", async () => {
  const file = join(folder, "file");
  await writeFile(file, "not a folder");
  const model = await createModelCache(join(file, "models")).load(countingRecipe());
  expect(model.bytes.length).toBeGreaterThan(0);
});

it("works from memory where the file cannot be written, and leaves no half of it", async () => {
  await mkdir(join(folder, "adding-1.onnx"));
  const model = await createModelCache(folder).load(countingRecipe());
  expect(model.bytes.length).toBeGreaterThan(0);
  expect(await readdir(folder)).toEqual(["adding-1.onnx"]);
});

it("lets several caches share one folder at once", async () => {
  const models = await Promise.all(
    Array.from({ length: 8 }, () => createModelCache(folder).load(countingRecipe())),
  );
  expect(new Set(models.map((model) => Buffer.from(model.bytes).toString("hex"))).size).toBe(1);
  expect(await readdir(folder)).toEqual(["adding-1.onnx"]);
});

it("tries again after a failed conversion", async () => {
  const cache = createModelCache(folder);
  const failing: ModelRecipe = {
    name: "adding",
    key: "adding-1",
    convert: () => Promise.reject(new Error("no weights")),
  };
  expect(await errorOf(() => cache.load(failing))).toMatchObject({ message: "no weights" });
  expect((await cache.load(countingRecipe())).name).toBe("adding");
});
