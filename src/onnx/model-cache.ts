import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { createLoadedModel, type LoadedModel } from "./loaded-model.ts";
import { encodeMetadata } from "./writer/encode-graph.ts";

/** How to come by a converted model. */
export interface ModelRecipe {
  /** Shown in errors. */
  readonly name: string;
  /** Digest of the source weights and of all that the conversion depends on, importer version included; a file name. */
  readonly key: string;
  readonly convert: () => Promise<Uint8Array>;
}

export interface ModelCache {
  load(recipe: ModelRecipe): Promise<LoadedModel>;
  /** All that were loaded, those that failed left out. */
  loaded(): Promise<LoadedModel[]>;
}

/**
 * Converted models in memory and, where a folder is given and can be written, on disk as `<key>.onnx`.
 * A file on disk ends with its own SHA-256 and is used only if it agrees; any number of processes may share the
 * folder, since a file gets its name when it is complete. A folder that fails costs a conversion, never a run.
 */
export function createModelCache(folder: string | undefined): ModelCache {
  const models = new Map<string, Promise<LoadedModel>>();
  return {
    load(recipe) {
      const known = models.get(recipe.key);
      if (known !== undefined) return known;
      const loading = loadModel(folder, recipe);
      models.set(recipe.key, loading);
      // A failure is not remembered: the weights may be there at the next call.
      loading.catch(() => models.delete(recipe.key));
      return loading;
    },
    async loaded() {
      const all = await Promise.allSettled(models.values());
      return all.flatMap((model) => (model.status === "fulfilled" ? [model.value] : []));
    },
  };
}

async function loadModel(folder: string | undefined, recipe: ModelRecipe): Promise<LoadedModel> {
  const file = folder === undefined ? null : join(folder, `${recipe.key}.onnx`);
  const stored = file === null ? null : await readFile(file).catch(() => null);
  if (stored !== null && isIntact(stored)) return createLoadedModel(recipe.name, recipe.key, stored);
  const onnx = seal(await recipe.convert());
  if (folder !== undefined && file !== null) await writeWhole(folder, file, onnx).catch(() => undefined);
  return createLoadedModel(recipe.name, recipe.key, onnx);
}

/** Appends the digest as one more metadata entry, so that the sealed file is still a plain ONNX model. */
function seal(onnx: Uint8Array): Uint8Array {
  return Buffer.concat([onnx, sealOf(onnx)]);
}

function isIntact(sealed: Uint8Array): boolean {
  const sealBytes = sealOf(new Uint8Array()).length;
  if (sealed.length <= sealBytes) return false;
  const end = sealed.length - sealBytes;
  return Buffer.compare(sealOf(sealed.subarray(0, end)), sealed.subarray(end)) === 0;
}

function sealOf(onnx: Uint8Array): Uint8Array {
  return encodeMetadata("maskloom.sha256", createHash("sha256").update(onnx).digest("hex"));
}

/** Temp, fsync, rename: a reader sees the whole file or none, whenever the machine stops. */
async function writeWhole(folder: string, file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = `${file}.${process.pid}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}
