import path from "node:path";
import { isS3Address } from "../../artifacts/s3-address.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { MaskloomError } from "../../errors.ts";
import { OWN_SPELLING } from "../../runs/batches/inputs-table.ts";
import type { InputFile } from "../listing/input-listing.ts";
import { IMAGE_EXTENSIONS } from "../output-names.ts";
import { joinPlace, resolvePlace, spellingsOf } from "../paths.ts";
import type { PictureFiles } from "../picture-files.ts";

/*
 * The masks that a workflow asks for, and its images beyond the first, which is filled with the pictures: one file for every
 * picture, a folder with a file for each, or a cell of the table. All of them are called masks here.
 */

/** Where a mask is said to be. */
export interface GivenMask {
  /** A file, or a folder in which they have the names of their pictures. */
  readonly given: string;
  /** The folders that it may be relative to, the first one first; an address in S3 is to none. */
  readonly from: readonly string[];
}

type Values = Readonly<Record<string, string>>;

/** The input that is filled with the pictures: the first of the type image; undefined = it has none. */
export const firstImage = ({ inputs }: Pick<Workflow, "inputs">): string | undefined =>
  Object.keys(inputs).find((name) => inputs[name]?.type === "image");

function isBeside(workflow: Pick<Workflow, "inputs">, name: string): boolean {
  const type = workflow.inputs[name]?.type;
  return type === "mask" || (type === "image" && name !== firstImage(workflow));
}

/** What is given for masks and further images, apart from the values of the others. */
export function divideMasks(workflow: Workflow, given: Values): { masks: Values; values: Values } {
  const entries = Object.entries(given);
  const isMask = ([name]: readonly [string, string]) => isBeside(workflow, name);
  return {
    masks: Object.fromEntries(entries.filter(isMask)),
    values: Object.fromEntries(entries.filter((entry) => !isMask(entry))),
  };
}

/** Names of those without which there is nothing to do. */
export function requiredMasks(workflow: Workflow): string[] {
  return Object.entries(workflow.inputs).flatMap(([name, input]) => {
    const isOptional = input.type === "mask" && input.default !== undefined;
    return isBeside(workflow, name) && !isOptional ? [name] : [];
  });
}

/**
 * The files of a picture's masks by the inputs' names, absolute or in S3, in the order of the workflow.
 * @throws INPUT_MISSING where there is no such file, or where a mask that must be given is not
 */
export async function findMasks(
  files: PictureFiles,
  workflow: Workflow,
  given: Readonly<Record<string, GivenMask>>,
  picture: InputFile,
): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  for (const [name, { type }] of Object.entries(workflow.inputs)) {
    const mask = isBeside(workflow, name) ? given[name] : undefined;
    if (mask !== undefined) found.push([name, await findMask(files, { name, type, mask, picture })]);
    else if (requiredMasks(workflow).includes(name))
      throw new MaskloomError(
        "INPUT_MISSING",
        `expected ${type === "mask" ? "a mask" : "an image"} in the column ${name} of the table, or --set ${name}=<file or folder>`,
      );
  }
  return Object.fromEntries(found);
}

/**
 * What is said for all pictures must be there: a slip of the pen would fail each of them, and take the place of a report.
 * @throws INPUT_MISSING
 */
export async function refuseAbsentMasks(files: Pick<PictureFiles, "kindOf">, masks: Values): Promise<void> {
  for (const [name, given] of Object.entries(masks)) {
    if ((await placeOf(files, { given, from: ["."] })) !== null) continue;
    throw new MaskloomError(
      "INPUT_MISSING",
      `--set ${name}=${given}: expected a file, or a folder with a file for each picture; there is none`,
    );
  }
}

interface Wanted {
  readonly name: string;
  readonly type: string;
  readonly mask: GivenMask;
  readonly picture: InputFile;
}

async function findMask(files: PictureFiles, wanted: Wanted): Promise<string> {
  const { name, mask } = wanted;
  const found = await placeOf(files, mask);
  if (found === null) {
    throw new MaskloomError(
      "INPUT_MISSING",
      `${name}: expected a file or a folder, there is none at ${mask.given}`,
    );
  }
  return found.kind === "file" ? found.place : inFolder(files, wanted, found.place);
}

/** Where what was given is, in any spelling of its name; null where nothing is. */
async function placeOf(files: Pick<PictureFiles, "kindOf">, { given, from }: GivenMask) {
  const spellings = spellingsOf(given);
  const places = isS3Address(given)
    ? spellings
    : from.flatMap((folder) => spellings.map((name) => resolvePlace(folder, name)));
  for (const place of places) {
    const kind = await files.kindOf(place);
    if (kind === "file" || kind === "folder") return { place, kind };
  }
  return null;
}

/** Under any name that it may have in the picture's own spelling, before any in another, which may be another picture's. */
async function inFolder(
  files: PictureFiles,
  { name, type, picture }: Wanted,
  folder: string,
): Promise<string> {
  let why = "";
  for (const spelling of spellingsOf(picture.name)) {
    if (await isAnothers(files, picture, spelling)) {
      why = OWN_SPELLING;
      continue;
    }
    for (const candidate of maskNamesOf(spelling)) {
      const file = joinPlace(folder, candidate);
      if ((await files.kindOf(file)) === "file" && !(await files.isSame(file, picture.path))) return file;
    }
  }
  const { dir, name: stem } = path.parse(picture.name);
  throw new MaskloomError(
    "INPUT_MISSING",
    `${name}: expected the picture's ${type} in ${folder}, as ${path.join(dir, stem)}.png or with another extension${why}`,
  );
}

/** As `maskloom mask` names them: `a.png` for `a.jpg`, and `a.jpg.png` where there is an `a.png` besides. */
function maskNamesOf(picture: string): string[] {
  const { dir, name: stem } = path.parse(picture);
  const names = [picture, path.join(dir, stem)].flatMap((base) =>
    IMAGE_EXTENSIONS.map((extension) => `${base}${extension}`),
  );
  return [...names, picture];
}

/** Whether a picture's name in another spelling is that of another picture beside it. */
async function isAnothers(files: PictureFiles, picture: InputFile, spelling: string): Promise<boolean> {
  if (spelling === picture.name) return false;
  const other = picture.path.slice(0, -picture.name.length) + spelling;
  return (await files.kindOf(other)) === "file" && !(await files.isSame(other, picture.path));
}
