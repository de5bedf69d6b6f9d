import type { ReportRun } from "../../contracts/report.ts";
import type { TaskStatus } from "../../contracts/run.ts";

/** What the user sees of a batch while it goes on. */
export interface ProgressDisplay {
  /** A step of a picture begins, or ends in this status. */
  step(file: string, step: string, status: TaskStatus): void;
  ended(run: ReportRun): void;
  /** A line that stays. */
  note(text: string): void;
  /** Nothing is drawn after it. */
  close(): void;
}
