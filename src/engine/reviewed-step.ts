import { isJsonObject } from "../contracts/json.ts";
import type { TaskType } from "../contracts/tasks.ts";
import type { Workflow } from "../contracts/workflow.ts";
import type { WorkflowStep } from "../contracts/workflow-step.ts";
import { readText } from "./language/references.ts";
import type { RunState } from "./run-state.ts";

/** Of steps that only hand on or put together what others made: the field with what was made. */
const MADE_IN: Partial<Record<TaskType, string>> = {
  imageMasking: "inputImage",
  composite: "over",
  resize: "image",
  upload: "image",
  review: "show",
};

/**
 * The imageInference step whose work a picture shows: the one that the reference names, or the one that stands behind
 * what it names, such as a composite. Null where there is none, as for an input.
 */
export function reviewedStep(workflow: Workflow, run: RunState, show: unknown): WorkflowStep | null {
  let reference: unknown = show;
  for (;;) {
    const step = namedStep(workflow, run, reference);
    if (step === null || step.task === "imageInference") return step;
    const field = MADE_IN[step.task];
    const data: unknown = step;
    reference = field !== undefined && isJsonObject(data) ? data[field] : null;
  }
}

/** Of several, as in `a ?? b`, the first that was not skipped; references point upwards only, so that this ends. */
function namedStep(workflow: Workflow, run: RunState, reference: unknown): WorkflowStep | null {
  const text: unknown = Array.isArray(reference) ? reference[0] : reference;
  if (typeof text !== "string") return null;
  const read = readText({ path: [], text, bare: false });
  const ids = read.ok
    ? read.references.flatMap(({ path: [root, id] }) => (root === "steps" ? [id] : []))
    : [];
  const isSkipped = (id: unknown) =>
    run.tasks.some(({ step, element, status }) => step === id && element === null && status === "skipped");
  const id = ids.find((one) => !isSkipped(one)) ?? ids[0];
  return workflow.steps.find((step) => step.id === id) ?? null;
}
