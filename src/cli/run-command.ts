import path from "node:path";
import process from "node:process";
import type { Command } from "commander";
import { readConfig } from "../config.ts";
import type { Report } from "../contracts/report.ts";
import { createLogger } from "../log.ts";
import { openServices, type Services } from "../runs/services.ts";
import { collectSetting, integerBetween, oneOf } from "./argument-types.ts";
import { EXIT } from "./exit-codes.ts";
import { listenForInterruption } from "./interruption.ts";
import { createProgressDisplay } from "./progress/progress-display.ts";
import { clock } from "./progress/run-line.ts";
import { dryRun } from "./run/dry-run.ts";
import { lockFolder } from "./run/folder-lock.ts";
import { REPORT_NAME } from "./run/report-file.ts";
import { runBatch } from "./run/run-batch.ts";
import { planRuns, type RunPlan } from "./run/run-plan.ts";
import { printJson, printLine, say, sayWarning } from "./terminal.ts";

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

export function addRunCommand(program: Command): void {
  program
    .command("run")
    .summary("run a workflow on pictures")
    .description(
      "Runs a workflow on every picture and writes the results under the same relative names. Pictures in which " +
        "nothing was found are copied as they are. The same command again goes on where it stopped.",
    )
    .argument("<workflow>", "name (`maskloom workflows list`), or path of a .yaml or .json file")
    .argument("<picture...>", "files, folders (walked) or globs; PNG, JPEG, WEBP")
    .requiredOption("-o, --out <dir>", "folder of the results and of maskloom-report.json")
    .option("-s, --set <key=value>", "value of an input of the workflow; may be repeated", collectSetting)
    .option("--inputs <table.csv>", "values per picture: a column file, and a column for each input")
    .option("--format <format>", "same | png | jpg | webp", oneOf("same", "png", "jpg", "webp"), "same")
    .option("--overwrite", "do everything anew, and replace files that Maskloom did not write")
    .option("--dry-run", "say what would be done; nothing is started or written")
    .option(
      "--concurrency <n>",
      "tasks of each kind at a time (default: one per core)",
      integerBetween(1, 256),
    )
    .option("--json", "the report as JSON on stdout")
    .addHelpText(
      "after",
      `
Done already = the same picture, workflow and inputs, and its result is in the folder, unchanged.
Ctrl-C stops cleanly; the same command goes on. Ctrl-C twice stops at once, and loses nothing either.

Examples:
  maskloom run face-detail photos/ --out better/
  maskloom run face-detail 'photos/**/*.jpg' --out better/ --format png --set strength=0.6
  maskloom run anonymize-faces photos/ --out hidden/ --set mode=blur --json > report.json
  maskloom run ./my.yaml photos/ --out out/ --inputs prompts.csv`,
    )
    .action(run);
}

async function run(workflow: string, pictures: readonly string[], options: RunCommandOptions): Promise<void> {
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

export interface Execution {
  readonly report: Report;
  /** Of the signal that stopped it; null where it came to its end. */
  readonly exitCode: number | null;
  readonly seconds: number;
}

export interface ExecuteOptions extends Pick<RunCommandOptions, "concurrency"> {
  readonly overwrite?: boolean | undefined;
  /** Called with the report while everything is still open, unless the command was interrupted. */
  readonly afterwards?: (services: Services, report: Report) => Promise<void>;
}

/** Runs a plan from start to report, with a lock on the folder, progress on stderr, and a clean stop on Ctrl-C. */
export async function executePlan(plan: RunPlan, options: ExecuteOptions): Promise<Execution> {
  const startedAt = Date.now();
  const config = readConfig();
  for (const warning of plan.warnings) sayWarning(warning);
  if (plan.ignored > 0) sayWarning(`${plan.ignored} files are no images by extension, left out`);
  const unlock = await lockFolder(plan.out);
  const display = createProgressDisplay(plan.runs.length);
  const interruption = listenForInterruption(() => display.note("stopping; what is under way may end"));
  try {
    const logger = createLogger(config.logLevel);
    const services = await openServices(config, (error) => logger.error(error));
    try {
      const { overwrite = false, concurrency } = options;
      const { signal } = interruption;
      const report = await runBatch(services, plan, { overwrite, concurrency, display, signal });
      display.close();
      const exitCode = interruption.exitCode();
      if (exitCode !== null) sayInterrupted(report, plan);
      else await options.afterwards?.(services, report);
      return { report, exitCode, seconds: (Date.now() - startedAt) / 1000 };
    } finally {
      await services.close();
    }
  } finally {
    display.close();
    interruption.dispose();
    await unlock();
  }
}

function sayInterrupted({ runs }: Report, plan: RunPlan): void {
  say(`stopped: ${runs.length} of ${plan.runs.length} pictures are done; the same command goes on from here`);
}

export function exitCodeOfReport({ runs }: Report): number {
  return runs.every(({ status }) => status === "succeeded" || status === "skipped") ? EXIT.good : EXIT.failed;
}

export function printSummary({ runs }: Report, { out }: RunPlan, seconds: number): void {
  const counts = new Map<string, number>();
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1);
  const reused = runs.filter((one) => one.reused).length;
  const words = [...counts].map(([status, count]) => `${count} ${status}`);
  if (reused > 0) words.push(`${reused} of them done before`);
  const folder = path.relative("", out) || ".";
  printLine(
    `${runs.length} ${runs.length === 1 ? "picture" : "pictures"}: ${words.join(", ")}, in ${clock(seconds)}`,
  );
  printLine(`results  ${folder}${path.sep}`);
  printLine(`report   ${path.join(folder, REPORT_NAME)}`);
}
