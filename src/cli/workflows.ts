import { readFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { readConfig } from "../config/config.ts";
import type { WorkflowInput } from "../contracts/workflow.ts";
import { workflowSchemaDocument } from "../contracts/workflow-schema.ts";
import { PACKAGE_ROOT } from "../package-root.ts";
import { readModelRefusals } from "../runs/model-refusal.ts";
import { type ModelSources, openModelSources } from "../runs/model-sources.ts";
import { prepareWorkflow } from "../runs/prepare-workflow.ts";
import { readExpanded } from "../runs/used-workflows.ts";
import { shippedWorkflowNames } from "../runs/workflow-files.ts";
import { EXIT } from "./exit-codes.ts";
import { type GivenWorkflow, listSaved, withNamedWorkflow } from "./named-workflow.ts";
import { formatTable, paint, printJson, printLine, sayError } from "./terminal.ts";

/** Those that come with Maskloom, and those that were saved in this installation, where there is one and it answers. */
export async function listWorkflows({ json }: { readonly json?: true }): Promise<void> {
  const names = await shippedWorkflowNames();
  const shipped = await Promise.all(names.map((name) => withNamedWorkflow(name, summaryOf)));
  const saved = await listSaved(summaryOf).catch((error: unknown) => {
    sayError(error);
    return [];
  });
  const all = [...shipped, ...saved];
  if (json) return printJson(all);
  printLine(
    formatTable(
      all.map(({ name, version, description }) => [
        name,
        ...(saved.length === 0 ? [] : [version === null ? "" : `saved, version ${version}`]),
        description ?? "",
      ]),
    ),
  );
}

async function summaryOf({ parsed, find, saved }: GivenWorkflow) {
  const { name, description = null, inputs } = parsed.document;
  const { digest } = await readExpanded(parsed, find);
  const version = saved?.number ?? null;
  return { name, version, description, file: parsed.file, workflowDigest: digest, inputs };
}

interface ShowOptions {
  readonly json?: true;
  readonly source?: true;
}

export function showWorkflow(nameOrFile: string, options: ShowOptions): Promise<void> {
  return withNamedWorkflow(nameOrFile, (given) => show(nameOrFile, given, options));
}

async function show(nameOrFile: string, given: GivenWorkflow, { json, source }: ShowOptions): Promise<void> {
  const { parsed, saved } = given;
  if (source) {
    const shipped = (await shippedWorkflowNames()).includes(nameOrFile);
    const file = path.resolve(shipped ? PACKAGE_ROOT : "", parsed.file);
    process.stdout.write(saved?.source ?? (await readFile(file, "utf8")));
    return;
  }
  const summary = await summaryOf(given);
  if (json) return printJson({ ...summary, document: parsed.authored });
  const { document } = parsed;
  const heading = (text: string) => printLine(paint("bold", text, process.stdout));
  heading(document.name);
  if (document.description !== undefined) printLine(document.description);
  if (saved !== null) printLine(`saved, version ${saved.number}`);
  printLine(`digest ${summary.workflowDigest}`);
  heading("\nInputs (--set name=value)");
  printLine(formatTable(Object.entries(document.inputs).map(inputRow)));
  heading("\nSteps");
  const steps = document.steps.map((step) => [
    `  ${step.id}`,
    step.task,
    "model" in step ? [step.model].flat().join(", ") : "workflow" in step ? step.workflow : "",
  ]);
  printLine(formatTable(steps));
}

export function printWorkflowSchema(): void {
  printJson(workflowSchemaDocument());
}

function inputRow([name, input]: [string, WorkflowInput]): string[] {
  return [`  ${name}`, typeOf(input), defaultOf(input), input.help ?? ""];
}

function typeOf(input: WorkflowInput): string {
  if (input.type === "choice") return input.choices.join(" | ");
  const { min, max } = { min: undefined, max: undefined, ...input };
  if (min === undefined && max === undefined) return input.type;
  return `${input.type} ${min ?? ""}..${max ?? ""}`;
}

function defaultOf(input: WorkflowInput): string {
  if (!("default" in input) || input.default === undefined) return input.type === "image" ? "" : "required";
  return input.default === null ? "optional" : `= ${JSON.stringify(input.default)}`;
}

export async function validateWorkflows(
  files: readonly string[],
  { json }: { readonly json?: true },
): Promise<void> {
  const results: Awaited<ReturnType<typeof validateOne>>[] = [];
  const models = openModelSources(readConfig());
  try {
    for (const file of files) results.push(await validateOne(file, models, json === true));
  } finally {
    await models.close();
  }
  if (json) printJson(results);
  process.exitCode = results.every((result) => result.executable) ? EXIT.good : EXIT.failed;
}

/** Valid = the language allows it; executable = this version and this installation can run it. */
async function validateOne(file: string, models: ModelSources, quiet: boolean) {
  let isValid = false;
  try {
    const said = await withNamedWorkflow(
      file,
      async ({ parsed, find }) => {
        isValid = true;
        const { workflowDigest, warnings } = await prepareWorkflow(parsed, models, find);
        return { text: `valid, workflow ${parsed.document.name}, digest ${workflowDigest}`, warnings };
      },
      await readModelRefusals(models),
    );
    const { text, warnings } = said;
    if (!quiet)
      for (const line of [`${file}: ${text}`, ...warnings.map((one) => `  note: ${one}`)]) printLine(line);
    return { file, valid: true, executable: true, error: null, warnings };
  } catch (error) {
    if (!quiet) sayError(error);
    const message = error instanceof Error ? error.message : String(error);
    return { file, valid: isValid, executable: false, error: message, warnings: [] };
  }
}
