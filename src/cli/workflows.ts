import { readFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { readConfig } from "../config.ts";
import type { WorkflowInput } from "../contracts/workflow.ts";
import { workflowSchemaDocument } from "../contracts/workflow-schema.ts";
import type { ParsedWorkflow } from "../engine/language/parse-workflow.ts";
import { PACKAGE_ROOT } from "../package-root.ts";
import { readModelRefusals } from "../runs/model-refusal.ts";
import { type ModelSources, openModelSources } from "../runs/model-sources.ts";
import { prepareWorkflow } from "../runs/prepare-workflow.ts";
import { finderFor, readExpanded } from "../runs/used-workflows.ts";
import { loadWorkflow, shippedWorkflowNames } from "../runs/workflow-files.ts";
import { EXIT } from "./exit-codes.ts";
import { formatTable, paint, printJson, printLine, sayError } from "./terminal.ts";

export async function listWorkflows({ json }: { readonly json?: true }): Promise<void> {
  const parsed = await Promise.all((await shippedWorkflowNames()).map((name) => loadWorkflow(name)));
  if (json) return printJson(await Promise.all(parsed.map((one) => summaryOf(one, one.document.name))));
  printLine(formatTable(parsed.map(({ document }) => [document.name, document.description ?? ""])));
}

async function summaryOf(parsed: ParsedWorkflow, nameOrFile: string) {
  const { name, description = null, inputs } = parsed.document;
  const { digest } = await readExpanded(parsed, finderFor(nameOrFile));
  return { name, description, file: parsed.file, workflowDigest: digest, inputs };
}

interface ShowOptions {
  readonly json?: true;
  readonly source?: true;
}

export async function showWorkflow(nameOrFile: string, { json, source }: ShowOptions): Promise<void> {
  const parsed = await loadWorkflow(nameOrFile);
  if (json) return printJson({ ...(await summaryOf(parsed, nameOrFile)), document: parsed.authored });
  if (source) {
    const shipped = (await shippedWorkflowNames()).includes(nameOrFile);
    process.stdout.write(await readFile(path.resolve(shipped ? PACKAGE_ROOT : "", parsed.file), "utf8"));
    return;
  }
  const { document } = parsed;
  const { digest } = await readExpanded(parsed, finderFor(nameOrFile));
  const heading = (text: string) => printLine(paint("bold", text, process.stdout));
  heading(document.name);
  if (document.description !== undefined) printLine(document.description);
  printLine(`digest ${digest}`);
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
  const results: { file: string; valid: boolean; executable: boolean; error: string | null }[] = [];
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
  let parsed: ParsedWorkflow | null = null;
  try {
    parsed = await loadWorkflow(file, await readModelRefusals(models));
    const { workflowDigest } = await prepareWorkflow(parsed, models, finderFor(file));
    if (!quiet) printLine(`${file}: valid, workflow ${parsed.document.name}, digest ${workflowDigest}`);
    return { file, valid: true, executable: true, error: null };
  } catch (error) {
    if (!quiet) sayError(error);
    const message = error instanceof Error ? error.message : String(error);
    return { file, valid: parsed !== null, executable: false, error: message };
  }
}
