import path from "node:path";
import { isS3Address } from "../../artifacts/s3-address.ts";
import { type Config, readConfig } from "../../config/config.ts";
import type { StopReason } from "../../contracts/report.ts";
import { lockFolder } from "../../runs/folder-lock.ts";
import { openProcessLog } from "../../runs/process-log.ts";
import { clock } from "../../runs/report/clock.ts";
import { REPORT_NAME, REPORT_PAGE } from "../../runs/report/report-names.ts";
import { describeFailures } from "../../runs/report/report-tally.ts";
import { openServices, type Services } from "../../runs/services.ts";
import { EXIT } from "../exit-codes.ts";
import { listenForInterruption } from "../interruption.ts";
import { joinPlace } from "../paths.ts";
import { createProgressDisplay } from "../progress/create-display.ts";
import type { ProgressDisplay } from "../progress/progress-display.ts";
import { printLine, say, sayWarning } from "../terminal.ts";
import { type Agreement, agreeToPay } from "./agree-to-pay.ts";
import type { BatchOutcome } from "./batch-options.ts";
import type { RunPlan } from "./planned-run.ts";
import { runBatch } from "./run-batch.ts";

export interface Execution {
  readonly outcome: BatchOutcome;
  /** Of the signal that stopped it; null where none did. */
  readonly exitCode: number | null;
  readonly seconds: number;
}

export interface ExecuteOptions extends Agreement {
  /** Tasks of each kind at a time. */
  readonly concurrency?: number | undefined;
  readonly overwrite?: boolean | undefined;
  readonly maxFailures?: number | undefined;
  readonly thumbnails?: boolean | undefined;
  /** False: results do not say how they came about. */
  readonly provenance?: boolean | undefined;
  /** Called when the report is written and everything is still open, unless the command was stopped. */
  readonly afterwards?: (services: Services) => Promise<void>;
}

/** Runs a plan from start to report, with a lock on the folder, progress on stderr, and a clean stop on Ctrl-C. */
export async function executePlan(plan: RunPlan, options: ExecuteOptions): Promise<Execution> {
  const startedAt = Date.now();
  const config = configFor(options);
  for (const warning of plan.warnings) sayWarning(warning);
  if (plan.leftOut.count > 0) sayWarning(`${plan.leftOut.describe()} left out`);
  const unlock = await lockFolder(plan.results.folder);
  /* None before the question is answered: it would draw over it. */
  let display: ProgressDisplay | undefined;
  const interruption = listenForInterruption(() =>
    (display?.note ?? say)("stopping; what is under way may end"),
  );
  try {
    const logger = openProcessLog(config);
    const services = await openServices(config, (error) => logger.error(error));
    try {
      const { overwrite = false, concurrency, maxFailures = null, maxCost, thumbnails = true } = options;
      const { signal } = interruption;
      await agreeToPay(services, plan, options, signal);
      display = createProgressDisplay(plan.total);
      const settings = { overwrite, concurrency, maxFailures, maxCost, thumbnails, display, signal };
      const outcome = await runBatch(services, plan, settings);
      await plan.results.publish(new Date(startedAt));
      display.close();
      const exitCode = interruption.exitCode();
      if (outcome.stopped !== null) sayStopped(outcome, plan, outcome.stopped, options);
      else await options.afterwards?.(services);
      return { outcome, exitCode, seconds: (Date.now() - startedAt) / 1000 };
    } finally {
      await services.close();
    }
  } finally {
    display?.close();
    interruption.dispose();
    await unlock();
  }
}

function configFor({ provenance = true }: ExecuteOptions): Config {
  const config = readConfig();
  return provenance ? config : { ...config, pictures: { ...config.pictures, provenance } };
}

function sayStopped(
  { sums }: BatchOutcome,
  plan: RunPlan,
  reason: StopReason,
  { maxFailures, maxCost }: ExecuteOptions,
): void {
  const why: Readonly<Record<StopReason, string>> = {
    interrupted: "stopped",
    "max-failures": `stopped at ${maxFailures} ${maxFailures === 1 ? "failure" : "failures"} (--max-failures)`,
    "max-cost": `stopped since what is left would cost more than it may (--max-cost${maxCost === undefined ? "" : ` ${maxCost}`})`,
    "disk-full": "stopped because no room is left on the disk",
  };
  const all = plan.previous === null ? plan.total : sums.pictures;
  const command =
    reason === "max-cost" ? "with a higher --max-cost, or without, the command" : "the same command";
  say(`${why[reason]}: ${sums.pictures} of ${all} pictures are done; ${command} goes on from here`);
}

export function exitCodeOf({ sums, stopped }: BatchOutcome): number {
  const bad = [...sums.statuses.keys()].some((status) => status !== "succeeded" && status !== "skipped");
  return bad || stopped !== null ? EXIT.failed : EXIT.good;
}

export function printSummary({ sums }: BatchOutcome, { results }: RunPlan, seconds: number): void {
  const words = [...sums.statuses].map(([status, count]) => `${count} ${status}`);
  if (sums.reused > 0) words.push(`${sums.reused} of them reused`);
  const { address } = results;
  const folder = isS3Address(address) ? address : path.relative("", address) || ".";
  const { pictures, cost, moved } = sums;
  printLine(
    `${pictures} ${pictures === 1 ? "picture" : "pictures"}: ${words.join(", ")}, in ${clock(seconds)}`,
  );
  const failures = describeFailures(sums);
  if (failures !== null) printLine(failures);
  if (moved > 0) printLine(`${moved} moved to a fallback`);
  if (cost !== null) printLine(`cost     $${cost.toFixed(4)}`);
  printLine(`results  ${joinPlace(folder, "")}${isS3Address(address) ? "" : path.sep}`);
  printLine(`report   ${joinPlace(folder, REPORT_NAME)}, ${joinPlace(folder, REPORT_PAGE)}`);
}
