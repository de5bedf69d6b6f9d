import { existsSync } from "node:fs";
import path from "node:path";
import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { MaskloomError, toMaskloomError } from "../../errors.ts";
import { believeClaims, LONGEST_PROMPT } from "../../image/metadata/generation/generation.ts";
import { readInfotext } from "../../image/metadata/generation/infotext.ts";
import { suggestion } from "../../nearest-name.ts";
import { isImageName } from "../listing/entry-order.ts";
import { rivalNames } from "../output-names.ts";
import { joinPlace } from "../paths.ts";
import type { PictureFiles } from "../picture-files.ts";

/** What stands beside a picture about it: `a.json` or `a.txt` beside `a.png`. */
export interface Sidecar {
  /** Of the workflow's inputs by name; yet to be checked. */
  readonly values: JsonObject;
  /** Of the picture's `meta`; null takes a field away. */
  readonly said: JsonObject;
  readonly warnings: readonly string[];
}

/** Fields of `meta` that a sidecar may set. The size of a file and its name are facts. */
const META_FIELDS = [
  "prompt",
  "negativePrompt",
  "seed",
  "steps",
  "sampler",
  "scheduler",
  "CFGScale",
  "strength",
  "clipSkip",
  "model",
  "modelHash",
] as const;

const MOST_BYTES = 1024 * 1024;

/** A picture by where it lies; absolute, or in S3. */
interface Located {
  readonly path: string;
}

/**
 * What the files beside a picture say: of each kind `a.png.json` goes before `a.json`, and JSON before text. Null where
 * there is none.
 * @throws INPUT_INVALID where one is there and cannot be understood
 */
export async function readSidecar(
  files: PictureFiles,
  workflow: Workflow,
  { path: picture }: Located,
): Promise<Sidecar | null> {
  const json = await readFirst(files, sidecarsOf(picture, ".json"));
  const text = await readFirst(files, sidecarsOf(picture, ".txt"));
  if (json === null && text === null) return null;
  const told = text === null ? null : readText(workflow, text);
  const said = json === null ? null : readJson(workflow, json);
  return {
    values: { ...told?.values, ...said?.values },
    said: { ...told?.said, ...said?.said },
    warnings: [...(told?.warnings ?? []), ...(said?.warnings ?? [])],
  };
}

/** Whether there is one, whatever it says. */
export async function hasSidecar(files: PictureFiles, { path: picture }: Located): Promise<boolean> {
  for (const file of [...sidecarsOf(picture, ".json"), ...sidecarsOf(picture, ".txt")])
    if (await files.exists(file)) return true;
  return false;
}

/** Whether a file stands beside a picture and would be read with it. */
export function isSidecar(file: string): boolean {
  if (!isSidecarName(file)) return false;
  const { dir, name } = path.parse(file);
  const pictures = isImageName(name) ? [name] : rivalNames(name);
  return pictures.some((picture) => existsSync(path.join(dir, picture)));
}

/** Whether it could be one. */
export const isSidecarName = (file: string): boolean => [".json", ".txt"].includes(path.extname(file));

function sidecarsOf(picture: string, extension: string): string[] {
  const { dir, name } = path.parse(picture);
  return [picture + extension, joinPlace(dir, name + extension)];
}

interface Found {
  readonly file: string;
  readonly text: string;
}

async function readFirst(files: PictureFiles, names: readonly string[]): Promise<Found | null> {
  for (const file of names) {
    const text = await readSmall(files, file);
    if (text !== null) return { file: path.basename(file), text };
  }
  return null;
}

async function readSmall(files: PictureFiles, file: string): Promise<string | null> {
  const bytes = await files.readSmall(file, MOST_BYTES).catch((error: unknown) => {
    throw broken(file, toMaskloomError(error).message, error);
  });
  return bytes === null ? null : decode(file, bytes);
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes); // takes a byte-order mark away
  } catch {
    throw broken(file, "expected UTF-8");
  }
}

/** A prompt, or an infotext as A1111 writes it beside its pictures. */
function readText(workflow: Workflow, { text }: Found): Sidecar {
  const generation = readInfotext(text, true) ?? believeClaims({ prompt: text });
  const said = pick(generation, META_FIELDS);
  const { notes = [] } = generation;
  /* Its steps and strength are those of the picture that was made, not of what is to be done to it. */
  const values = Object.entries(pick(said, ["prompt", "negativePrompt"])).filter(
    ([field]) => workflow.inputs[field]?.type === "text",
  );
  return { values: Object.fromEntries(values), said, warnings: [...notes] };
}

/** Each field goes to the input of its name, to the field of `meta` of its name, or to both. */
function readJson(workflow: Workflow, { file, text }: Found): Sidecar {
  const record = parseRecord(file, text);
  const settable = Object.entries(workflow.inputs)
    .filter(([, { type }]) => type !== "image" && type !== "mask")
    .map(([name]) => name);
  const given = Object.entries(record);
  const isMeta = (field: string): boolean => (META_FIELDS as readonly string[]).includes(field);
  const values = given.filter(([field]) => settable.includes(field));
  const claims = Object.fromEntries(given.filter(([field]) => isMeta(field)));
  const unknown = given
    .map(([field]) => field)
    .filter((field) => !settable.includes(field) && !isMeta(field));
  return {
    values: Object.fromEntries(values),
    said: checkClaims(file, claims, settable),
    warnings: unknown.map((field) => unknownField(file, field, [...settable, ...META_FIELDS])),
  };
}

function parseRecord(file: string, text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw broken(file, `expected JSON: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  if (isJsonObject(value)) return value;
  throw broken(file, "expected a JSON object with the values of inputs");
}

/** What is meant for an input alone may be of another type than the field of `meta` of the same name. */
function checkClaims(file: string, claims: JsonObject, settable: readonly string[]): JsonObject {
  const believed: JsonObject = pick(believeClaims(claims), META_FIELDS);
  const said: Record<string, JsonValue> = {};
  for (const [field, value] of Object.entries(claims)) {
    const read = believed[field];
    const isEmpty = value === null || (typeof value === "string" && value.trim() === "");
    if (isEmpty) said[field] = null;
    else if (read === undefined || isCut(value, read)) {
      if (settable.includes(field)) continue;
      throw broken(file, `${field}: ${expectation(field)}, got ${JSON.stringify(value).slice(0, 60)}`);
    } else said[field] = read;
  }
  return said;
}

const isCut = (given: JsonValue, read: JsonValue): boolean =>
  typeof given === "string" && typeof read === "string" && given.trim().length > LONGEST_PROMPT;

function expectation(field: string): string {
  if (field === "prompt" || field === "negativePrompt")
    return `expected a text of at most ${LONGEST_PROMPT} characters`;
  if (field === "CFGScale" || field === "strength") return "expected a number from 0";
  const isText = ["sampler", "scheduler", "model", "modelHash"].includes(field);
  return isText ? "expected a text" : "expected a whole number from 0";
}

function pick(record: object, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(record).filter(([field]) => fields.includes(field)));
}

const unknownField = (file: string, field: string, known: readonly string[]): string =>
  `${file}: ${field} is neither an input of the workflow nor something that a picture carries; it was left out.${suggestion(field, known)}`;

const broken = (file: string, what: string, cause?: unknown): MaskloomError =>
  new MaskloomError(
    "INPUT_INVALID",
    `${path.basename(file)}: ${what}; mend it, remove it, or run with --no-sidecars`,
    cause === undefined ? undefined : { cause },
  );
