import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { sourcesOf } from "../../../models/networks.ts";
import { readConfig } from "../../config.ts";
import { isStored, type ModelFolder, modelFolder, storedPath } from "../../detection/weights/model-folder.ts";
import {
  createModelLibrary,
  type KnownModel,
  type ModelShelf,
} from "../../detection/weights/model-library.ts";
import { MaskloomError } from "../../errors.ts";
import { printLine } from "../terminal.ts";

/** Takes models of the models folder away, with what was converted from them. All names are looked up before any is removed. */
export async function removeModels(names: readonly string[]): Promise<void> {
  const { folder: root } = readConfig().models;
  const shelf = await createModelLibrary(root).look();
  const folder = modelFolder(root);
  const chosen = names.map((name) => removable(shelf, name));
  for (const model of chosen) {
    if (typeof model === "string") await rm(path.join(folder.added, `${model}.json`), { force: true });
    else await removeModel(folder, model);
    printLine(`${typeof model === "string" ? model : model.manifest.id}: removed`);
  }
}

/** @returns the id alone of one whose manifest cannot be read */
function removable(shelf: ModelShelf, name: string): KnownModel | string {
  const broken = shelf.broken.find(({ id }) => id === name);
  if (broken !== undefined) return broken.id;
  const model = shelf.find(name);
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

async function removeModel(folder: ModelFolder, { manifest, origin }: KnownModel): Promise<void> {
  // The manifest first: what is left of an interrupted removal is a file that no model names.
  if (origin === "added") await rm(path.join(folder.added, `${manifest.id}.json`), { force: true });
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
