import process from "node:process";
import { readConfig } from "../../config/config.ts";
import { dryRun } from "./dry-run.ts";
import { executePlan, exitCodeOf, printSummary } from "./execute-plan.ts";
import type { RunPlan } from "./planned-run.ts";
import { printReport } from "./report-file.ts";
import { planRuns } from "./run-plan.ts";

interface RunCommandOptions {
  readonly out: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly inputs?: string;
  readonly sidecars: boolean;
  readonly format: "same" | "png" | "jpg" | "webp";
  readonly overwrite?: true;
  readonly json?: true;
  readonly dryRun?: true;
  readonly concurrency?: number;
  readonly sample?: number;
  readonly retryFailed?: true;
  readonly maxFailures?: number;
  readonly maxCost?: number;
  readonly yes?: true;
  readonly thumbnails: boolean;
  readonly provenance: boolean;
}

export async function run(
  workflow: string,
  pictures: readonly string[],
  options: RunCommandOptions,
): Promise<void> {
  const { out, format, set = {}, inputs: table = null, sidecars, sample, retryFailed } = options;
  const plan = await planRuns({
    workflow,
    inputs: pictures,
    out,
    set,
    table,
    sidecars,
    format,
    sample,
    retryFailed,
  });
  try {
    process.exitCode = options.dryRun
      ? await dryRun(plan, readConfig(), options.json === true)
      : await execute(plan, options);
  } finally {
    await plan.close();
  }
}

async function execute(plan: RunPlan, options: RunCommandOptions): Promise<number> {
  const { outcome, exitCode, seconds } = await executePlan(plan, options);
  if (exitCode !== null) return exitCode;
  if (options.json) await printReport(plan.results.folder);
  else printSummary(outcome, plan, seconds);
  return exitCodeOf(outcome);
}
