import type { StepOutline, WorkflowCheck, WorkflowOutline } from "../contracts/workflow-library.ts";
import type { ModelLibrary } from "../detection/weights/model-library.ts";
import type { Fault } from "../engine/language/faults.ts";
import { checkWorkflow, type ParsedWorkflow } from "../engine/language/parse-workflow.ts";
import { stepNeeds } from "../engine/language/references.ts";
import { stepYield } from "../engine/language/yields.ts";
import { MaskloomError, toErrorRecord } from "../errors.ts";
import { readModelRefusals } from "./model-refusal.ts";
import { prepareWorkflow } from "./prepare-workflow.ts";
import { type FindWorkflow, readExpanded } from "./used-workflows.ts";

/** What pages show of a workflow. @throws what a workflow that it uses is refused with */
export async function outlineWorkflow(parsed: ParsedWorkflow, find: FindWorkflow): Promise<WorkflowOutline> {
  const { name, description = null, inputs } = parsed.document;
  const { digest } = await readExpanded(parsed, find);
  return { name, description, digest, inputs, steps: outlineSteps(parsed.document) };
}

function outlineSteps(workflow: ParsedWorkflow["document"]): StepOutline[] {
  const needs = stepNeeds(workflow);
  return workflow.steps.map((step) => ({
    id: step.id,
    task: step.task,
    what: whatOf(step),
    needs: [...(needs.get(step.id) ?? [])],
    yields: Object.keys(stepYield(step.task, false).fields ?? {}),
  }));
}

function whatOf(step: ParsedWorkflow["document"]["steps"][number]): string | null {
  const { model, workflow } = { model: undefined, workflow: undefined, ...step };
  if (typeof workflow === "string") return workflow;
  const [first] = [model].flat();
  return typeof first === "string" ? first : null;
}

/**
 * What is wrong with a text, and what it is where nothing is wrong. Never throws for what the text says.
 * @param find the workflows that it may use
 */
export async function checkSource(
  source: string,
  models: ModelLibrary,
  find: FindWorkflow,
): Promise<WorkflowCheck> {
  const checked = checkWorkflow(source, { file: FILE, models: await readModelRefusals(models) });
  if (!checked.ok) return { faults: [...checked.faults], problem: null, outline: null };
  const { workflow } = checked;
  try {
    const outline = await outlineWorkflow(workflow, findingItself(workflow, find));
    return { faults: [], problem: await problemOf(workflow, models, find), outline };
  } catch (error) {
    if (!(error instanceof MaskloomError)) throw error;
    return { faults: faultsOf(error), problem: null, outline: null };
  }
}

const FILE = "workflow";

/** A text that uses the name it has uses itself, not what was saved under it before. */
function findingItself(workflow: ParsedWorkflow, find: FindWorkflow): FindWorkflow {
  const within: FindWorkflow = async (name) =>
    name === workflow.document.name ? { parsed: workflow, find: within } : find(name);
  return within;
}

async function problemOf(workflow: ParsedWorkflow, models: ModelLibrary, find: FindWorkflow) {
  try {
    await prepareWorkflow(workflow, models, find);
    return null;
  } catch (error) {
    if (!(error instanceof MaskloomError)) throw error;
    return toErrorRecord(error);
  }
}

/** What is found out when used workflows are put together says its place in front, one a line. */
function faultsOf({ message }: MaskloomError): Fault[] {
  return message.split("\n").map((text) => {
    const [, line = "1", column = "1", path = "", what = text] =
      /^workflow:(\d+):(\d+) +(\S*?): (.*)$/s.exec(text) ?? [];
    return { line: Number(line), column: Number(column), path, message: what };
  });
}
