import { realpath } from "node:fs/promises";
import path from "node:path";
import { readConfig } from "../../config.ts";
import type { JsonObject } from "../../contracts/json.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { createModelLibrary } from "../../detection/weights/model-library.ts";
import { checkInputs } from "../../engine/language/inputs.ts";
import { MaskloomError, toMaskloomError } from "../../errors.ts";
import type { ImageFormat } from "../../image/metadata/container.ts";
import { type PreparedWorkflow, prepareWorkflow } from "../../runs/prepare-workflow.ts";
import { loadWorkflow } from "../../runs/workflow-files.ts";
import { collectInputFiles, type InputFile } from "../input-files.ts";
import { assignOutputNames } from "../output-names.ts";
import { matchTable, readInputsTable, type TableRow } from "./inputs-table.ts";

export interface RunRequest {
  /** Name of a shipped workflow, or a file. */
  readonly workflow: string;
  readonly inputs: readonly string[];
  readonly out: string;
  readonly set: Readonly<Record<string, string>>;
  readonly table: string | null;
  readonly format: ImageFormat | "same";
}

export interface PlannedRun {
  readonly file: InputFile;
  /** Where the result goes, relative to the out folder, with `/`. */
  readonly output: string;
  /** Of the workflow's inputs all but the picture. */
  readonly inputs: JsonObject;
  /** Why it can only fail; it is reported all the same. */
  readonly problem: MaskloomError | null;
}

export interface RunPlan {
  readonly prepared: PreparedWorkflow;
  /** Values of the inputs that hold for all pictures without a row of their own. */
  readonly inputs: JsonObject;
  /** Name of the input that takes the picture. */
  readonly picture: string;
  /** Absolute, links followed. */
  readonly out: string;
  readonly format: ImageFormat | "same";
  readonly runs: readonly PlannedRun[];
  readonly ignored: number;
  readonly warnings: readonly string[];
}

/**
 * Everything that can be known before anything is done: nothing is read but names, the workflow and the table.
 * @throws what makes the command as a whole wrong; what is wrong with one picture stays with that picture
 */
export async function planRuns(request: RunRequest): Promise<RunPlan> {
  const { out, format } = request;
  const models = createModelLibrary(readConfig().models.folder);
  const prepared = await prepareWorkflow(await loadWorkflow(request.workflow), models);
  const picture = pictureInput(prepared.workflow);
  const common = inputsOf(prepared.workflow, request.set, "--set");
  const { files, problems, ignored } = await collectInputFiles(request.inputs, out);
  if (files.length + problems.length === 0) throw noPictures(request.inputs, ignored);
  const table = request.table === null ? null : await readInputsTable(request.table);
  const { rows, unmatched } = matchTable(table ?? [], request.table ?? "", files);
  const perPicture = (file: InputFile) => {
    const row = rows.get(file);
    return row === undefined ? common : rowInputs(prepared.workflow, request, row);
  };
  const all = [...files.map((file) => ({ file, problem: null })), ...problems.map(asProblem)];
  const outputs = assignOutputNames(
    all.map(({ file }) => file.name),
    format,
  );
  const runs = all.map(({ file, problem }, at) => ({
    file,
    problem,
    output: outputs[at] ?? file.name,
    inputs: perPicture(file),
  }));
  const absoluteOut = await resolveOut(out);
  refuseOverwriting(runs, absoluteOut);
  const warnings = unmatched.map(
    ({ line, file }) => `${request.table}:${line}: no picture ${file} among the inputs`,
  );
  return { prepared, inputs: common, picture, out: absoluteOut, format, runs, ignored, warnings };
}

const asProblem = ({ error, ...file }: InputFile & { error: MaskloomError }) => ({ file, problem: error });

function noPictures(args: readonly string[], ignored: number): MaskloomError {
  const seen = ignored === 0 ? "nothing" : `${ignored} files with other extensions`;
  return new MaskloomError(
    "INPUT_MISSING",
    `${args.join(", ")}: expected at least one .png, .jpg, .jpeg or .webp, found ${seen}`,
  );
}

/** @throws FEATURE_NOT_YET where a run would need more pictures than one */
function pictureInput({ name, inputs }: Workflow): string {
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

function inputsOf(workflow: Workflow, given: Readonly<Record<string, string>>, where: string): JsonObject {
  for (const name of Object.keys(given)) {
    const type = workflow.inputs[name]?.type;
    if (type !== "image" && type !== "mask") continue;
    throw new MaskloomError(
      "INPUT_INVALID",
      `${where}: ${name} is filled with the pictures, it cannot be set`,
    );
  }
  try {
    return checkInputs(workflow, given);
  } catch (error) {
    const { code, message } = toMaskloomError(error);
    throw new MaskloomError(code, `${where}: ${message}`, { cause: error });
  }
}

function rowInputs(workflow: Workflow, { set, table }: RunRequest, { line, values }: TableRow): JsonObject {
  return inputsOf(workflow, { ...set, ...values }, `${table}:${line}`);
}

async function resolveOut(out: string): Promise<string> {
  const absolute = path.resolve(out);
  return realpath(absolute).catch(() => absolute);
}

/** Results never take the place of a picture that was given, whether it is repainted or copied. */
function refuseOverwriting(runs: readonly PlannedRun[], out: string): void {
  const inputs = new Set(runs.map((run) => run.file.path));
  for (const { file, output } of runs) {
    const taken = [path.join(out, output), path.join(out, file.name)].find((target) => inputs.has(target));
    if (taken === undefined) continue;
    throw new MaskloomError(
      "INPUT_INVALID",
      `--out ${out}: ${taken} is one of the inputs and would be overwritten; choose another folder`,
    );
  }
}
