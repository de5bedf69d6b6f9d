import path from "node:path";
import { isS3Address } from "../../artifacts/s3-address.ts";
import type { ArtifactUUID } from "../../contracts/ids.ts";
import { isJsonObject, type JsonObject } from "../../contracts/json.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { type ErrorRecord, MaskloomError } from "../../errors.ts";
import { suggestion } from "../../nearest-name.ts";
import type { FeedItem } from "../../store/batch-feeds.ts";
import type { FolderReader } from "./folder-reader.ts";
import { composed, countNames, OWN_SPELLING } from "./inputs-table.ts";
import { isPictureFile } from "./walk-folder.ts";

/** Masks of single pictures by the workflow's inputs: a folder with files named like the pictures, or stored ones by name. */
export type BatchMasks = Readonly<Record<string, string | readonly NamedMask[]>>;

interface NamedMask {
  readonly file: string;
  readonly image: ArtifactUUID;
}

/** @throws INPUT_INVALID for a name that is no mask's */
export function checkMaskNames({ name: workflow, inputs }: Workflow, masks: BatchMasks): void {
  const known = Object.keys(inputs).filter((name) => inputs[name]?.type === "mask");
  for (const name of Object.keys(masks)) {
    if (known.includes(name)) continue;
    const here = known.length === 0 ? "it has none" : `it has ${known.join(", ")}`;
    throw new MaskloomError(
      "INPUT_INVALID",
      `masks.${name}: expected a mask of workflow ${workflow}; ${here}.${suggestion(name, known)}`,
    );
  }
}

/**
 * Gives each picture its masks. One that has none of those that must be given becomes an error of its own; what its row of
 * the table says goes first.
 * @throws FORBIDDEN, INPUT_MISSING for a folder
 */
export async function applyMasks(
  masks: BatchMasks,
  items: readonly FeedItem[],
  { inputs }: Workflow,
  folders: FolderReader,
): Promise<readonly FeedItem[]> {
  let filled = items;
  const pictures = countNames(items.map(({ file }) => file));
  for (const [name, given] of Object.entries(masks)) {
    const input = inputs[name];
    const isRequired = input?.type === "mask" && input.default === undefined;
    const find = typeof given === "string" ? await inFolder(given, pictures, folders) : inList(given, items);
    const lacking = isRequired ? (item: FeedItem) => lackingMask(name, item, pictures) : null;
    filled = filled.map((item) => withMask(item, name, find(item), lacking));
  }
  return filled;
}

function withMask(
  item: FeedItem,
  name: string,
  found: JsonObject[string] | null,
  lacking: ((item: FeedItem) => ErrorRecord) | null,
): FeedItem {
  if (item.inputs?.[name] !== undefined) return item;
  if (found !== null) return { ...item, inputs: { ...item.inputs, [name]: found } };
  return lacking === null || "error" in item.source ? item : { ...item, source: { error: lacking(item) } };
}

/** How many pictures have a name, in whatever code points. */
type NameCounts = ReadonlyMap<string, number>;

function lackingMask(name: string, { file }: FeedItem, pictures: NameCounts): ErrorRecord {
  const stem = file.replace(/\.[^./]*$/, "");
  const why = pictures.get(composed(file)) === 1 ? "" : OWN_SPELLING;
  const message = `${name}: expected the picture's mask, as ${stem}.png or with another extension; there is none${why}`;
  return { code: "INPUT_MISSING", message };
}

type FindMask = (item: FeedItem) => JsonObject[string] | null;

interface MaskFile {
  readonly stem: string;
  readonly path: string;
}

/**
 * By the picture's whole name with another extension behind it or in its place, as `maskloom mask` names them. Where none
 * is spelled as the picture, one in other code points is, if no other picture and no other mask have that name in any.
 */
async function inFolder(folder: string, pictures: NameCounts, folders: FolderReader): Promise<FindMask> {
  const root = await folders.check(folder);
  const byStem = new Map<string, MaskFile[]>();
  for await (const find of folders.walk(root, true)) {
    if (find.kind !== "picture") continue;
    const stem = stemOf(find.name);
    const known = byStem.get(composed(stem)) ?? [];
    known.push({ stem, path: find.path });
    byStem.set(composed(stem), known);
  }
  return ({ file, source }) => {
    const own = "path" in source ? source.path : null;
    const names = [file, stemOf(file)];
    const named = names.map((name) =>
      (byStem.get(composed(name)) ?? []).filter((candidate) => candidate.path !== own),
    );
    const exact = named.flat().filter(({ stem }) => names.includes(stem));
    const others = pictures.get(composed(file)) === 1 ? named.filter(hasOneSpelling).flat() : [];
    const found = (exact.length > 0 ? exact : others).map((mask) => mask.path).sort(pngFirst)[0];
    return found === undefined ? null : { path: found };
  };
}

const hasOneSpelling = (masks: readonly MaskFile[]): boolean =>
  new Set(masks.map(({ stem }) => stem)).size === 1;

/** Without the extension of a picture; only that one, so that `a.jpg.png` is the mask of `a.jpg`. */
const stemOf = (name: string): string =>
  isPictureFile(name) ? name.slice(0, -path.extname(name).length) : name;

function pngFirst(a: string, b: string): number {
  const [one, other] = [a, b].map((file) => (file.toLowerCase().endsWith(".png") ? 0 : 1));
  return (one ?? 0) - (other ?? 0) || b.length - a.length || (a < b ? -1 : 1);
}

/** By the picture's name, or by its base name where only one picture has it; in other code points as in a folder. */
function inList(masks: readonly NamedMask[], items: readonly FeedItem[]): FindMask {
  const byName = new Map(masks.map(({ file, image }) => [file, image]));
  const spellings = countNames(byName.keys());
  const byComposed = new Map([...byName].map(([file, image]) => [composed(file), image]));
  const baseOf = ({ file }: FeedItem) => path.posix.basename(file);
  const names = countNames(items.map(({ file }) => file));
  const bases = countNames(items.map(baseOf));
  const find = (name: string, pictures: NameCounts) => {
    const key = composed(name);
    const isSure = pictures.get(key) === 1 && spellings.get(key) === 1;
    return byName.get(name) ?? (isSure ? byComposed.get(key) : undefined);
  };
  return (item) => {
    const base = baseOf(item);
    const short = bases.get(composed(base)) === 1 ? find(base, bases) : undefined;
    return find(item.file, names) ?? short ?? null;
  };
}

interface OwnInputs {
  readonly values: JsonObject;
  /** Bytes of masks that lie in folders. */
  readonly pictures: Readonly<Record<string, Uint8Array>>;
}

/**
 * What a picture has of its own, when its turn comes.
 * @throws INPUT_MISSING, FORBIDDEN, IMAGE_TOO_LARGE for a mask's file
 */
export async function readOwnInputs(
  { inputs: own = {} }: FeedItem,
  folders: FolderReader,
  mostBytes: number,
): Promise<OwnInputs> {
  const values: [string, JsonObject[string]][] = [];
  const pictures: Record<string, Uint8Array> = {};
  for (const [name, value] of Object.entries(own)) {
    const file = isJsonObject(value) ? value["path"] : undefined;
    if (typeof file === "string") pictures[name] = await readAllowed(name, file, folders, mostBytes);
    else values.push([name, value]);
  }
  return { values: Object.fromEntries(values), pictures };
}

async function readAllowed(name: string, file: string, folders: FolderReader, mostBytes: number) {
  const separator = isS3Address(file) ? "/" : path.sep;
  const roots = await folders.roots();
  const root = roots.find((folder) =>
    file.startsWith(folder.endsWith(separator) ? folder : folder + separator),
  );
  if (root !== undefined) return folders.read(file, root, mostBytes);
  throw new MaskloomError(
    "FORBIDDEN",
    `${name}: ${path.basename(file)} lies below no folder that MASKLOOM_FOLDERS lists any more`,
  );
}
