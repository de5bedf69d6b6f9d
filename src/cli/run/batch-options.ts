import type { StopReason } from "../../contracts/report.ts";
import type { ReportSums } from "../../runs/report/report-tally.ts";
import type { ProgressDisplay } from "../progress/progress-display.ts";

export interface RunBatchOptions {
  readonly overwrite: boolean;
  /** Tasks of each kind executed at a time; default: one per core. */
  readonly concurrency?: number | undefined;
  /** Pictures that fail until nothing new is begun; null = any number. */
  readonly maxFailures: number | null;
  /** USD that its calls to providers may cost together, those of the commands that it goes on with too; default: no limit. */
  readonly maxCost?: number | undefined;
  /** Whether the report shows small copies of the pictures. */
  readonly thumbnails: boolean;
  readonly display: ProgressDisplay;
  /** Stops cleanly: the batch is paused, and the same command goes on with it. */
  readonly signal: AbortSignal;
}

export interface BatchOutcome {
  readonly sums: ReportSums;
  /** Null where every picture was done. */
  readonly stopped: StopReason | null;
}
