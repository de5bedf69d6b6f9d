import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { sourcesOf } from "../../../models/networks.ts";
import { addedName } from "../../detection/weights/added-models.ts";
import { isStored, type ModelFolder, modelFolder, storedPath } from "../../detection/weights/model-folder.ts";
import type { KnownModel, ModelManifest, ModelShelf } from "../../detection/weights/model-library.ts";
import { MaskloomError } from "../../errors.ts";

/**
 * Takes a model of the models folder away, with what was converted from it.
 * @param model as `removable` has found it
 */
export async function removeModel(root: string, model: KnownModel<ModelManifest> | string): Promise<void> {
  const folder = modelFolder(root);
  if (typeof model === "string") await rm(path.join(folder.added, `${model}.json`), { force: true });
  else await removeFiles(folder, model);
}

/**
 * What a name stands for, where it can be removed.
 * @returns the id alone of one whose manifest cannot be read
 * @throws MODEL_UNKNOWN; INPUT_INVALID for what is part of a package, or not here
 */
export function removable(shelf: ModelShelf, name: string): KnownModel<ModelManifest> | string {
  const broken = shelf.broken.find(({ id }) => id === name);
  if (broken !== undefined) return broken.id;
  const model = shelf.findAny(name);
  const { manifest, origin, state } = model;
  if (!sourcesOf(manifest).some(isStored)) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `${manifest.id} comes with Maskloom's npm packages and takes no room of its own: it cannot be removed`,
    );
  }
  if (origin === "shipped" && state === "absent") {
    throw new MaskloomError("INPUT_INVALID", `${manifest.id} is not pulled: there is nothing to remove`);
  }
  return model;
}

async function removeFiles(
  folder: ModelFolder,
  { manifest, origin }: KnownModel<ModelManifest>,
): Promise<void> {
  // The manifest first: what is left of an interrupted removal is a file that no model names.
  if (origin === "added") await rm(path.join(folder.added, `${addedName(manifest)}.json`), { force: true });
  for (const source of sourcesOf(manifest).filter(isStored)) {
    const file = storedPath(folder, source);
    await rm(file, { force: true });
    await rm(`${file}.part`, { force: true });
    await rm(path.join(folder.digests, `${source.sha256}.json`), { force: true });
    for (const name of await readdir(folder.root)) {
      if (name.startsWith(source.sha256)) await rm(path.join(folder.root, name), { force: true });
    }
  }
}
