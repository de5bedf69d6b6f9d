import { z } from "zod";
import type { JsonObject } from "../../contracts/json.ts";
import type { ReportRun, ReportTask } from "../../contracts/report.ts";
import type { RunDetail, TaskView } from "../../contracts/run.ts";
import { wasMoved } from "../../engine/settle-step.ts";
import { MaskloomError, namingFile } from "../../errors.ts";
import { seedsOf } from "../painted-seeds.ts";

/** What is known of a run besides what the database says. */
export interface RunOutcome {
  /** The picture that it is reported for, by its relative name; the run may be another one's. */
  readonly file: string;
  readonly reused: boolean;
  /** Relative to the report, with `/`; null where nothing was written. */
  readonly output: string | null;
  readonly outputs: JsonObject | null;
  /** What was written besides, for named outputs; relative as well. */
  readonly files: readonly string[];
  /** A result that could not be written makes the run a failed one. */
  readonly error: ReportRun["error"] | null;
  readonly warnings: readonly string[];
}

export function toReportRun(detail: RunDetail, outcome: RunOutcome): ReportRun {
  const { runUUID, tasks } = detail;
  const { file } = outcome;
  const error = outcome.error ?? errorFor(detail, file);
  const status = outcome.error === null ? endedStatus(detail) : "failed";
  return {
    file,
    runUUID,
    status,
    reused: outcome.reused && status !== "failed",
    ...(file === detail.file ? {} : { copyOf: detail.file }),
    output: outcome.output,
    ...(outcome.outputs === null ? {} : { outputs: outcome.outputs }),
    ...(outcome.files.length === 0 ? {} : { files: [...outcome.files] }),
    ...(error === null ? {} : { error: namingFile(error, file) }),
    warnings: [...new Set([...detail.warnings, ...tasks.flatMap(warningsOf), ...outcome.warnings])],
    seconds: secondsBetween(detail.createdAt, detail.endedAt),
    ...costOf(tasks),
    pixelsChangedOutside: sumOver(tasks, "pixelsChangedOutside"),
    pixelsChangedInside: sumOver(tasks, "pixelsChangedInside"),
    tasks: tasks.map(toReportTask),
  };
}

/** Each with the step, and the element, that it is about. */
function warningsOf({ step, element, warnings }: TaskView): readonly string[] {
  const name = element === null ? step : `${step}[${element}]`;
  return warnings.map((warning) => `${name}: ${warning}`);
}

function costOf(tasks: readonly TaskView[]): Pick<ReportRun, "cost"> {
  const costs = tasks.flatMap(({ cost }) => cost ?? []);
  return costs.length === 0 ? {} : { cost: costs.reduce((sum, cost) => sum + cost, 0) };
}

function endedStatus({ runUUID, status }: RunDetail): ReportRun["status"] {
  if (status !== "queued" && status !== "running" && status !== "review") return status;
  throw new MaskloomError("INTERNAL", `run ${runUUID}: expected one that has ended, it is ${status}`);
}

function toReportTask(task: TaskView): ReportTask {
  const seeds = seedsOf(task);
  return {
    taskUUID: task.taskUUID,
    step: task.step,
    ...(task.element === null ? {} : { element: task.element }),
    taskType: task.taskType,
    status: task.status,
    provider: task.provider,
    model: task.model,
    ...(task.seed === null ? {} : { seed: task.seed }),
    ...(seeds === undefined ? {} : { seeds: [...seeds] }),
    attempts: task.attempts.length,
    ...(wasMoved(task.warnings) ? { movedToFallback: true as const } : {}),
    seconds: secondsBetween(task.startedAt, task.endedAt),
    ...(task.cost === null ? {} : { cost: task.cost }),
  };
}

function secondsBetween(start: string | null, end: string | null): number {
  if (start === null || end === null) return 0;
  return Math.max(0, (Date.parse(end) - Date.parse(start)) / 1000);
}

const Count = z.int().nullable();

/** What tasks that composite something measured, whichever kind they are. */
const Measured = z.object({ quality: z.object({ pixelsChangedOutside: Count, pixelsChangedInside: Count }) });

/** Of another picture that is the same work: it is told of this one. */
function errorFor({ error, file: other }: RunDetail, file: string): RunDetail["error"] {
  if (error === null || file === other) return error;
  const { code, message } = error;
  const at = message.indexOf(`${other}: `);
  const isAbout = at >= 0 && !message.slice(0, at).includes(": ");
  const what = isAbout ? message.slice(at + other.length + 2) : message;
  return { code, message: `${file}: ${what}` };
}

/** A review that took what was there before the step that it is about. */
const KeptOriginal = z.object({
  taskType: z.literal("review"),
  input: z.object({ step: z.string() }),
  output: z.object({ decision: z.literal("keepOriginal") }),
});

/**
 * Over all steps that composited something; of a `forEach` step, over the picture its elements were joined to. What a
 * review left out changed nothing. Null where none composited anything.
 */
function sumOver(
  tasks: readonly TaskView[],
  field: "pixelsChangedOutside" | "pixelsChangedInside",
): number | null {
  const leftOut = new Set(tasks.flatMap((task) => KeptOriginal.safeParse(task).data?.input.step ?? []));
  const counts = tasks.flatMap((task) => {
    const count = task.element === null ? Measured.safeParse(task.output).data?.quality[field] : null;
    if (typeof count !== "number") return [];
    return [leftOut.has(task.step) ? 0 : count];
  });
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0);
}
