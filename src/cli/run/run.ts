import process from "node:process";
import { readConfig } from "../../config.ts";
import { printJson } from "../terminal.ts";
import { dryRun } from "./dry-run.ts";
import { executePlan, exitCodeOfReport, printSummary } from "./execute-plan.ts";
import { planRuns } from "./run-plan.ts";

interface RunCommandOptions {
  readonly out: string;
  readonly set?: Readonly<Record<string, string>>;
  readonly inputs?: string;
  readonly format: "same" | "png" | "jpg" | "webp";
  readonly overwrite?: true;
  readonly json?: true;
  readonly dryRun?: true;
  readonly concurrency?: number;
}

export async function run(
  workflow: string,
  pictures: readonly string[],
  options: RunCommandOptions,
): Promise<void> {
  const { out, format, set = {}, inputs: table = null } = options;
  const plan = await planRuns({ workflow, inputs: pictures, out, set, table, format });
  if (options.dryRun) {
    process.exitCode = await dryRun(plan, readConfig().limits, options.json === true);
    return;
  }
  const { report, exitCode, seconds } = await executePlan(plan, options);
  if (exitCode === null) {
    if (options.json) printJson(report);
    else printSummary(report, plan, seconds);
  }
  process.exitCode = exitCode ?? exitCodeOfReport(report);
}
