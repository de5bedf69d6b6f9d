import type { ReportRun } from "../../contracts/report.ts";
import { onOneLine, paint } from "../terminal.ts";

type Style = Parameters<typeof paint>[0];

const STYLES: Readonly<Record<ReportRun["status"], Style>> = {
  succeeded: "green",
  partial: "yellow",
  skipped: "cyan",
  cancelled: "yellow",
  failed: "red",
};

const WIDTH = "succeeded".length;

/** One line about an ended run: how it ended, the picture, its steps, and why it was skipped or failed. */
export function describeRun(run: ReportRun): string {
  const word = run.reused ? "reused" : run.status;
  const parts = [paint(STYLES[run.status], word.padEnd(WIDTH)), onOneLine(run.file)];
  const steps = run.tasks.map((task) => `${taskName(task)} ${describeTask(task)}`);
  if (!run.reused && steps.length > 0) parts.push(paint("dim", steps.join(", ")));
  if (run.error !== undefined)
    parts.push(`${run.error.code}: ${onOneLine(withoutPrefix(run.error.message, `${run.file}: `))}`);
  else if (run.status === "skipped") parts.push(paint("dim", run.warnings[0] ?? ""));
  return parts.join("  ");
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

/** `detail`, or `each[2]` for one element of a list. */
function taskName({ step, element }: ReportRun["tasks"][number]): string {
  return element === undefined ? step : `${step}[${element}]`;
}

function describeTask({ status, seconds: spent }: ReportRun["tasks"][number]): string {
  return status === "succeeded" ? seconds(spent) : status;
}

function seconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
}
