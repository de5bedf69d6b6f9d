import { stat } from "node:fs/promises";
import path from "node:path";
import type { Workflow } from "../../contracts/workflow.ts";
import { MaskloomError } from "../../errors.ts";
import type { InputFile } from "../listing/input-listing.ts";
import { IMAGE_EXTENSIONS } from "../output-names.ts";

/* The masks that a workflow asks for: one file for every picture, a folder with a file for each, or a cell of the table. */

/** Where a mask is said to be. */
export interface GivenMask {
  /** A file, or a folder in which masks have the names of their pictures. */
  readonly given: string;
  /** The folders that it may be relative to, the first one first. */
  readonly from: readonly string[];
}

type Values = Readonly<Record<string, string>>;

/** What is given for inputs of the type mask, apart from the values of the others. */
export function divideMasks({ inputs }: Workflow, given: Values): { masks: Values; values: Values } {
  const entries = Object.entries(given);
  const isMask = ([name]: readonly [string, string]) => inputs[name]?.type === "mask";
  return {
    masks: Object.fromEntries(entries.filter(isMask)),
    values: Object.fromEntries(entries.filter((entry) => !isMask(entry))),
  };
}

/** Names of the masks without which there is nothing to do. */
export function requiredMasks({ inputs }: Workflow): string[] {
  return Object.entries(inputs).flatMap(([name, input]) =>
    input.type === "mask" && input.default === undefined ? [name] : [],
  );
}

/**
 * The files of a picture's masks by the inputs' names, absolute, in the order of the workflow.
 * @throws INPUT_MISSING where there is no such file, or where a mask that must be given is not
 */
export async function findMasks(
  workflow: Workflow,
  given: Readonly<Record<string, GivenMask>>,
  picture: InputFile,
): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  for (const [name, { type }] of Object.entries(workflow.inputs)) {
    const mask = type === "mask" ? given[name] : undefined;
    if (mask !== undefined) found.push([name, await findMask(name, mask, picture)]);
    else if (requiredMasks(workflow).includes(name))
      throw new MaskloomError(
        "INPUT_MISSING",
        `expected a mask in the column ${name} of the table, or --set ${name}=<file or folder>`,
      );
  }
  return Object.fromEntries(found);
}

async function findMask(name: string, { given, from }: GivenMask, picture: InputFile): Promise<string> {
  const places = from.map((folder) => path.resolve(folder, given));
  for (const place of places) {
    const there = await kindOf(place);
    if (there === "file") return place;
    if (there === "folder") return inFolder(name, place, picture);
  }
  throw new MaskloomError("INPUT_MISSING", `${name}: expected a file or a folder, there is none at ${given}`);
}

/** Named as `maskloom mask` names them: `a.png` for `a.jpg`, and `a.jpg.png` where there is an `a.png` besides. */
async function inFolder(name: string, folder: string, picture: InputFile): Promise<string> {
  const { dir, name: stem } = path.parse(picture.name);
  const names = [picture.name, path.join(dir, stem)].flatMap((base) =>
    IMAGE_EXTENSIONS.map((extension) => `${base}${extension}`),
  );
  for (const candidate of [...names, picture.name]) {
    const file = path.join(folder, candidate);
    if (file !== picture.path && (await kindOf(file)) === "file") return file;
  }
  throw new MaskloomError(
    "INPUT_MISSING",
    `${name}: expected the picture's mask in ${folder}, as ${path.join(dir, stem)}.png or with another extension`,
  );
}

async function kindOf(place: string): Promise<"file" | "folder" | null> {
  const stats = await stat(place).catch(() => null);
  if (stats === null) return null;
  return stats.isDirectory() ? "folder" : "file";
}
