import type { JsonObject } from "../../contracts/json.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { checkInputs } from "../../engine/language/inputs.ts";
import { MaskloomError, toMaskloomError } from "../../errors.ts";
import type { InputFile } from "../listing/input-listing.ts";
import { readInputsTable, type TableRow } from "./inputs-table.ts";
import { TableIndex } from "./table-index.ts";

/** What the command line and the table say of the workflow's inputs. */
export interface RunInputs {
  /** What was given for all pictures, and defaults. */
  readonly common: JsonObject;
  /** Every picture is shown before any is asked about. */
  see(file: InputFile): void;
  /** What the picture's row says. */
  of(file: InputFile): JsonObject;
  /** Rows that are about no picture. */
  warnings(): readonly string[];
}

interface InputsRequest {
  readonly set: Readonly<Record<string, string>>;
  readonly table: string | null;
}

/** @throws INPUT_INVALID for values that no picture could have, of `--set` or of any row */
export async function openRunInputs(workflow: Workflow, { set, table }: InputsRequest): Promise<RunInputs> {
  const given = givenOf(workflow, set, "--set");
  const common = { ...checkInputs({ ...workflow, inputs: defaultsOf(workflow) }, {}), ...given };
  const rows = table === null ? [] : await readInputsTable(table);
  const index = new TableIndex(rows, table ?? "");
  const values = new Map<TableRow, JsonObject>();
  for (const row of rows) values.set(row, givenOf(workflow, row.values, `${table}:${row.line}`));
  return {
    common,
    see: (file) => index.see(file),
    of(file) {
      const row = index.rowOf(file);
      return (row === undefined ? undefined : values.get(row)) ?? {};
    },
    warnings: () =>
      index.unmatched().map(({ line, file }) => `${table}:${line}: no picture ${file} among the inputs`),
  };
}

/** @throws FEATURE_NOT_YET where a run would need more pictures than one */
export function pictureInput({ name, inputs }: Workflow): string {
  const images = Object.entries(inputs).filter(([, input]) => input.type === "image");
  const required = Object.entries(inputs).filter(
    ([, input]) => input.type === "mask" && input.default === undefined,
  );
  const [picture] = images;
  if (picture === undefined) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `workflow ${name}: expected an input of the type image, which the pictures go to`,
    );
  }
  if (images.length > 1 || required.length > 0) {
    const names = [...images, ...required].map(([input]) => input).join(", ");
    throw new MaskloomError(
      "FEATURE_NOT_YET",
      `workflow ${name}: needs more than one picture a run (${names}), which maskloom run cannot give yet; use POST /api/runs`,
    );
  }
  return picture[0];
}

/** Checked one by one: what else the workflow needs, a sidecar may say. */
function givenOf(workflow: Workflow, given: Readonly<Record<string, string>>, where: string): JsonObject {
  for (const name of Object.keys(given)) {
    const type = workflow.inputs[name]?.type;
    if (type !== "image" && type !== "mask") continue;
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
