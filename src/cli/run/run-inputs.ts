import path from "node:path";
import type { JsonObject } from "../../contracts/json.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { checkInputs } from "../../engine/language/inputs.ts";
import { MaskloomError, toMaskloomError } from "../../errors.ts";
import type { TableRow } from "../../runs/batches/inputs-table.ts";
import type { InputFile } from "../listing/input-listing.ts";
import type { PictureFiles } from "../picture-files.ts";
import { divideMasks, firstImage, type GivenMask, requiredMasks } from "./mask-files.ts";
import { readInputsTable } from "./read-inputs-table.ts";
import { TableIndex } from "./table-index.ts";

/** What the command line and the table say of the workflow's inputs. */
export interface RunInputs {
  /** What was given for all pictures, and defaults. */
  readonly common: JsonObject;
  /** Every picture is shown before any is asked about. */
  see(file: InputFile): void;
  /** Names of the inputs that any row gives. */
  readonly named: readonly string[];
  /** What the picture's row says. */
  of(file: InputFile): JsonObject;
  /** Where its masks are said to be, by its row or else for all pictures. */
  masksOf(file: InputFile): Readonly<Record<string, GivenMask>>;
  /** @throws INPUT_INVALID where two rows are about one of the pictures that were shown: one would be lost */
  refuseDoubles(): void;
  /** Rows that are about no picture. */
  warnings(): readonly string[];
}

interface InputsRequest {
  readonly set: Readonly<Record<string, string>>;
  readonly table: string | null;
  /** Reads it where it is in S3. */
  readonly files: Pick<PictureFiles, "read">;
}

/** @throws INPUT_INVALID for values that no picture could have, of `--set` or of any row; for masks that none has */
export async function openRunInputs(
  workflow: Workflow,
  { set, table, files }: InputsRequest,
): Promise<RunInputs> {
  const all = divideMasks(workflow, set);
  const given = givenOf(workflow, all.values, "--set");
  const common = { ...checkInputs({ ...workflow, inputs: defaultsOf(workflow) }, {}), ...given };
  const rows = table === null ? [] : await readInputsTable(table, files);
  const index = new TableIndex(rows, table ?? "");
  const own = new Map<TableRow, { values: JsonObject; masks: Record<string, GivenMask> }>();
  const beside = [path.dirname(table ?? "."), "."];
  const faults: MaskloomError[] = [];
  for (const row of rows) {
    const { values, masks } = divideMasks(workflow, row.values);
    try {
      const given = givenOf(workflow, values, `${table}:${row.line}`);
      own.set(row, { values: given, masks: masksFrom(masks, beside) });
    } catch (error) {
      faults.push(toMaskloomError(error));
    }
  }
  refuseFaults(faults);
  const shared = masksFrom(all.masks, ["."]);
  refuseWithoutMasks(workflow, [shared, ...[...own.values()].map(({ masks }) => masks)]);
  const ownOf = (file: InputFile) => {
    const row = index.rowOf(file);
    return row === undefined ? undefined : own.get(row);
  };
  return {
    common,
    named: [...new Set([...own.values()].flatMap(({ values }) => Object.keys(values)))],
    see: (file) => index.see(file),
    of: (file) => ownOf(file)?.values ?? {},
    masksOf: (file) => ({ ...shared, ...ownOf(file)?.masks }),
    refuseDoubles: () => refuseFaults(index.doubles()),
    warnings: () => describeUnmatched(index.unmatched(), table ?? ""),
  };
}

/** Faults of a table that are told at once. */
const MOST_FAULTS = 5;

function refuseFaults(faults: readonly MaskloomError[]): void {
  const [first] = faults;
  if (first === undefined) return;
  const words = faults.slice(0, MOST_FAULTS).map(({ message }) => message);
  const more = faults.length - words.length;
  throw new MaskloomError(first.code, [...words, ...(more > 0 ? [`and ${more} more rows`] : [])].join("\n"), {
    cause: first,
  });
}

/** Rows without a picture that are said one by one: a table may be about far more pictures than a command. */
const MOST_UNMATCHED = 10;

function describeUnmatched(rows: readonly TableRow[], table: string): string[] {
  const words = rows
    .slice(0, MOST_UNMATCHED)
    .map(({ line, file }) => `${table}:${line}: no picture ${file} among the inputs`);
  const more = rows.length - words.length;
  if (more > 0) words.push(`${table}: ${more} more rows are about none of the inputs`);
  return words;
}

function masksFrom(
  masks: Readonly<Record<string, string>>,
  from: readonly string[],
): Record<string, GivenMask> {
  return Object.fromEntries(Object.entries(masks).map(([name, given]) => [name, { given, from }]));
}

/** A mask that no picture has makes the command wrong, not each of its pictures. */
function refuseWithoutMasks(workflow: Workflow, given: readonly Readonly<Record<string, GivenMask>>[]): void {
  const missing = requiredMasks(workflow).find((name) => given.every((masks) => masks[name] === undefined));
  if (missing === undefined) return;
  const isMask = workflow.inputs[missing]?.type === "mask";
  const [words, plural] = isMask ? ["a mask", "masks"] : ["an image", "images"];
  throw new MaskloomError(
    "INPUT_INVALID",
    `workflow ${workflow.name}: expected ${words} for ${missing}: --set ${missing}=<file, or folder of ${plural} named like ` +
      `the pictures>, or a column ${missing} of --inputs`,
  );
}

/** @throws INPUT_INVALID where the workflow takes no picture */
export function pictureInput(workflow: Workflow): string {
  const picture = firstImage(workflow);
  if (picture !== undefined) return picture;
  throw new MaskloomError(
    "INPUT_INVALID",
    `workflow ${workflow.name}: expected an input of the type image, which the pictures go to`,
  );
}

/** Checked one by one: what else the workflow needs, a sidecar may say. */
function givenOf(workflow: Workflow, given: Readonly<Record<string, string>>, where: string): JsonObject {
  for (const name of Object.keys(given)) {
    if (workflow.inputs[name]?.type !== "image") continue;
    throw new MaskloomError(
      "INPUT_INVALID",
      `${where}: ${name} is filled with the pictures, it cannot be set`,
    );
  }
  const names = Object.keys(given);
  const isKnown = names.every((name) => workflow.inputs[name] !== undefined);
  const inputs = isKnown ? pick(workflow.inputs, names) : workflow.inputs;
  try {
    return checkInputs({ ...workflow, inputs }, given);
  } catch (error) {
    const { code, message } = toMaskloomError(error);
    throw new MaskloomError(code, `${where}: ${message}`, { cause: error });
  }
}

function defaultsOf({ inputs }: Workflow): Workflow["inputs"] {
  return pick(
    inputs,
    Object.keys(inputs).filter((name) => Object.hasOwn(inputs[name] ?? {}, "default")),
  );
}

function pick(inputs: Workflow["inputs"], names: readonly string[]): Workflow["inputs"] {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => names.includes(name)));
}
