import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { DetectorManifest, InpainterManifest } from "../../contracts/manifest.ts";
import { hasCode, parseAs } from "../../errors.ts";

/** A manifest that is in the folder and says nothing useful. */
interface BrokenManifest {
  /** As the file's name says. */
  readonly id: string;
  readonly fact: string;
}

export interface AddedModels {
  readonly manifests: readonly DetectorManifest[];
  readonly inpainters: readonly InpainterManifest[];
  readonly broken: readonly BrokenManifest[];
}

const AddedManifest = z.discriminatedUnion("kind", [DetectorManifest, InpainterManifest]);
type AddedManifest = z.output<typeof AddedManifest>;

/** The models that the user added, in the order of their ids. A manifest that is broken takes none of the others along. */
export async function readAddedModels(folder: string): Promise<AddedModels> {
  const manifests: AddedManifest[] = [];
  const broken: BrokenManifest[] = [];
  for (const name of await manifestNames(folder)) {
    const id = name.slice(0, -".json".length);
    try {
      const manifest = parseAs(AddedManifest, await readJson(path.join(folder, name)), `manifest ${name}`);
      if (addedName(manifest) === id) manifests.push(manifest);
      else broken.push({ id, fact: `manifest ${name} calls its model ${manifest.id}` });
    } catch (error) {
      broken.push({ id, fact: error instanceof Error ? error.message : String(error) });
    }
  }
  return {
    manifests: manifests.filter((manifest) => manifest.kind === "detector"),
    inpainters: manifests.filter((manifest) => manifest.kind === "inpainter"),
    broken,
  };
}

/** What the manifest of an added model is called in the folder: an inpainter's id begins with its provider. */
export function addedName({ id }: { readonly id: string }): string {
  return id.replace(/^local:/, "");
}

async function manifestNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return [];
    throw error;
  }
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, "utf8"));
}
