import type { RerunRun } from "../../contracts/actions.ts";
import type { RunUUID } from "../../contracts/ids.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { chooseProviders } from "../../engine/chosen-way.ts";
import { checkInputs } from "../../engine/language/inputs.ts";
import { parseWorkflow } from "../../engine/language/parse-workflow.ts";
import { stepsAfter, stepsNaming } from "../../engine/redo.ts";
import { refuseUnavailable } from "../../engine/refuse-unavailable.ts";
import { MaskloomError } from "../../errors.ts";
import { prepareWorkflow } from "../prepare-workflow.ts";
import type { Actor } from "./actor.ts";
import { beginDerivedRun, type DeriveServices, loadOriginal } from "./derive.ts";
import { checkStep } from "./reroll.ts";

/**
 * A new run with some parameters changed: steps that are edited, that name an edited input, or that come after one of
 * those or after `from` are done; the results of the others are taken over from the old run, whose seeds stay.
 * @returns the new run
 * @throws NOT_FOUND, CONFLICT as loadOriginal; INPUT_INVALID where nothing would change; what an edited workflow is refused with
 */
export async function rerunRun(
  services: DeriveServices,
  actor: Actor,
  runUUID: RunUUID,
  { from, steps: edits, inputs: values }: RerunRun,
): Promise<RunUUID> {
  const original = await loadOriginal(services, actor, runUUID);
  const { workflow } = await services.store.batchContext(original.batchUUID);
  for (const id of [...Object.keys(edits), ...(from === undefined ? [] : [from])]) checkStep(workflow, id);
  const names = Object.keys(values);
  if (from === undefined && Object.keys(edits).length + names.length === 0) {
    throw new MaskloomError(
      "INPUT_INVALID",
      "rerun: expected `from`, `steps` or `inputs`; there is nothing to change",
    );
  }
  const inputs = { ...original.inputs, ...editedInputs(workflow, original.inputs, values) };
  const document = JSON.stringify(editSteps(workflow, edits), null, 2);
  const prepared = await prepareWorkflow(parseWorkflow(document, { file: "workflow" }), services.models);
  const changed = new Set([
    ...Object.keys(edits),
    ...(from === undefined ? [] : [from]),
    ...stepsNaming(prepared.resolved, prepared.workflow, new Set(names)),
  ]);
  const redone = new Set([...changed, ...stepsAfter(prepared.workflow, changed)]);
  if (chooseProviders(prepared.resolved, names)) {
    refuseUnavailable(prepared, inputs, { isCarriedOut: (step) => redone.has(step) });
  }
  return beginDerivedRun(
    services,
    actor,
    { original, prepared, inputs, isRedone: ({ step }) => redone.has(step), fresh: false },
    { name: "run.rerun", detail: { steps: Object.keys(edits), inputs: names, from: from ?? null } },
  );
}

function editSteps(workflow: Workflow, edits: RerunRun["steps"]): JsonObject {
  const data = JSON.parse(JSON.stringify(workflow)) as { readonly steps: readonly JsonObject[] } & JsonObject;
  const steps = data.steps.map((step) => {
    const edit = edits[String(step["id"])] ?? {};
    const entries = Object.entries({ ...step, ...(edit as Record<string, JsonValue>) });
    return Object.fromEntries(entries.filter(([name, value]) => edit[name] !== null || value !== null));
  });
  return { ...data, steps };
}

function editedInputs(
  workflow: Workflow,
  before: JsonObject,
  edits: Readonly<Record<string, unknown>>,
): JsonObject {
  const pictures = Object.keys(edits).filter((name) => isPicture(workflow, name));
  if (pictures.length > 0) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `inputs.${pictures[0]}: a rerun is of the same pictures; start a run with another one`,
    );
  }
  const scalars = Object.entries(before).filter(
    ([name, value]) => !isPicture(workflow, name) && !isJsonObject(value),
  );
  return checkInputs(workflow, { ...Object.fromEntries(scalars), ...edits });
}

function isPicture({ inputs }: Workflow, name: string): boolean {
  const type = inputs[name]?.type;
  return type === "image" || type === "mask";
}
