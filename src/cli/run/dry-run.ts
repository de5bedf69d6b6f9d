import { stat } from "node:fs/promises";
import path from "node:path";
import { type ErrorRecord, toErrorRecord } from "../../errors.ts";
import { inspectImage } from "../../image/inspect-image.ts";
import type { ImageLimits } from "../../image/limits.ts";
import { readImageFile } from "../detect-files.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson, printLine, sayErrorRecord, sayWarning } from "../terminal.ts";
import { withSidecar } from "./picture-values.ts";
import type { PlannedRun, RunPlan } from "./planned-run.ts";

interface DryRun {
  readonly file: string;
  readonly output: string;
  /** A file is there already: it is kept where it is this command's own result. */
  readonly exists: boolean;
  readonly width: number | null;
  readonly height: number | null;
  readonly inputs: PlannedRun["inputs"];
  readonly error?: ErrorRecord;
}

/**
 * Says what would be done: headers are read, nothing is started or written.
 * @returns the exit code: 1 where a picture cannot be read
 */
export async function dryRun(plan: RunPlan, limits: ImageLimits, json: boolean): Promise<number> {
  const { workflow, workflowDigest } = plan.prepared;
  const runs: DryRun[] = [];
  for (const warning of plan.warnings) sayWarning(warning);
  for await (const planned of plan.runs()) {
    const look = await lookAt(plan, planned, limits);
    runs.push(look);
    if (!json) printLook(look);
  }
  if (json) {
    printJson({
      dryRun: true,
      workflow: workflow.name,
      workflowDigest,
      out: plan.out,
      ignored: plan.ignored,
      runs,
    });
  } else {
    const names = `workflow ${workflow.name} (${workflow.steps.map((step) => step.id).join(", ")})`;
    printLine(`${runs.length} pictures would go through ${names} into ${plan.out}; nothing was done`);
  }
  return runs.some((run) => run.error !== undefined) ? EXIT.failed : EXIT.good;
}

async function lookAt(plan: RunPlan, given: PlannedRun, limits: ImageLimits): Promise<DryRun> {
  const { planned, warnings } = await withSidecar(plan, given);
  const { file, output, inputs, problem } = planned;
  for (const warning of warnings) sayWarning(`${file.given}: ${warning}`);
  const exists = await stat(path.join(plan.out, output)).then(
    () => true,
    () => false,
  );
  const known = { file: file.name, output, exists, inputs };
  try {
    if (problem !== null) throw problem;
    const { width, height } = inspectImage(await readImageFile(file.path), limits);
    return { ...known, width, height };
  } catch (error) {
    return { ...known, width: null, height: null, error: toErrorRecord(error) };
  }
}

function printLook({ file, output, exists, width, height, error }: DryRun): void {
  if (error !== undefined) sayErrorRecord(error, file);
  else printLine(`${file}  ${width}x${height}  -> ${output}${exists ? "  (exists)" : ""}`);
}
