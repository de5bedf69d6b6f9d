import { readConfig } from "../../config/config.ts";
import { createModelLibrary } from "../../detection/weights/model-library.ts";
import { removable, removeModel } from "../../runs/models/remove-model.ts";
import { clearStaging } from "../../runs/models/staging-folder.ts";
import { printLine } from "../terminal.ts";

/** Takes models of the models folder away. All names are looked up before any is removed. */
export async function removeModels(names: readonly string[]): Promise<void> {
  const { folder } = readConfig().models;
  await clearStaging({ root: folder });
  const shelf = await createModelLibrary(folder).look();
  const chosen = names.map((name) => removable(shelf, name));
  for (const model of chosen) {
    await removeModel(folder, model);
    printLine(`${typeof model === "string" ? model : model.manifest.id}: removed`);
  }
}
