import { ArtifactUUID } from "../contracts/ids.ts";
import { DONE_TASK_STATUSES } from "../contracts/run.ts";
import type { Workflow } from "../contracts/workflow.ts";
import { toErrorRecord } from "../errors.ts";
import { isFatalFailure } from "./failures.ts";
import { evaluateTemplate } from "./language/template.ts";
import type { RunEnd, RunState } from "./run-state.ts";
import { buildScope, plainImage } from "./scope.ts";

/**
 * How a run ends, or null while a task can still make progress.
 * `skipped` = nothing was done to the picture: every image among the outputs is one of its inputs, because a step was skipped.
 */
export function endRun(workflow: Workflow, run: RunState): RunEnd | null {
  const { tasks } = run;
  if (!tasks.every((task) => DONE_TASK_STATUSES.has(task.status))) return null;
  const fatal = tasks.find((task) => isFatalFailure(workflow, task));
  if (fatal !== undefined) return { status: "failed", output: null, outputs: null, error: fatal.error };
  if (tasks.some((task) => task.status === "cancelled")) {
    return { status: "cancelled", output: null, outputs: null, error: null };
  }
  try {
    const outputs = evaluateOutputs(workflow, run);
    return { status: endStatus(run, outputs), ...outputs, error: null };
  } catch (error) {
    return { status: "failed", output: null, outputs: null, error: toErrorRecord(error) };
  }
}

type Outputs = Pick<RunEnd, "output" | "outputs">;

function evaluateOutputs(workflow: Workflow, run: RunState): Outputs {
  const scope = buildScope(run);
  const value = (expression: string) => plainImage(evaluateTemplate(expression, scope));
  const outputs = Object.fromEntries(
    Object.entries(workflow.outputs ?? {}).map(([name, expression]) => [name, value(expression) ?? null]),
  );
  const single = workflow.output === undefined ? outputs["image"] : value(workflow.output);
  const image = ArtifactUUID.safeParse(single);
  return {
    output: image.success ? image.data : null,
    outputs: workflow.outputs === undefined ? null : outputs,
  };
}

function endStatus(run: RunState, { output, outputs }: Outputs): RunEnd["status"] {
  if (run.tasks.some((task) => task.status === "failed")) return "partial";
  if (!run.tasks.some((task) => task.status === "skipped")) return "succeeded";
  const given = new Set(Object.values(run.inputs).map(plainImage));
  const produced = [output, ...Object.values(outputs ?? {})].filter(
    (value) => ArtifactUUID.safeParse(value).success,
  );
  return produced.some((image) => !given.has(image)) ? "succeeded" : "skipped";
}
