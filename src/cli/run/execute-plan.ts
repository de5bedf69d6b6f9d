import path from "node:path";
import { readConfig } from "../../config.ts";
import type { Report } from "../../contracts/report.ts";
import { createLogger } from "../../log.ts";
import { openServices, type Services } from "../../runs/services.ts";
import { EXIT } from "../exit-codes.ts";
import { listenForInterruption } from "../interruption.ts";
import { createProgressDisplay } from "../progress/create-display.ts";
import { clock } from "../progress/run-line.ts";
import { printLine, say, sayWarning } from "../terminal.ts";
import { lockFolder } from "./folder-lock.ts";
import { REPORT_NAME } from "./report-file.ts";
import { runBatch } from "./run-batch.ts";
import type { RunPlan } from "./run-plan.ts";

export interface Execution {
  readonly report: Report;
  /** Of the signal that stopped it; null where it came to its end. */
  readonly exitCode: number | null;
  readonly seconds: number;
}

export interface ExecuteOptions {
  /** Tasks of each kind at a time. */
  readonly concurrency?: number | undefined;
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
