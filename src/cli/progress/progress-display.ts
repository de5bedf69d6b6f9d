import process from "node:process";
import type { ReportRun } from "../../contracts/report.ts";
import type { TaskStatus } from "../../contracts/run.ts";
import { createLiveDisplay } from "./live-display.ts";
import { createPlainDisplay } from "./plain-display.ts";

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

/** A block that is redrawn where stderr is a terminal, a line a picture elsewhere. */
export function createProgressDisplay(total: number): ProgressDisplay {
  const canRedraw = process.stderr.isTTY === true && process.env["TERM"] !== "dumb" && !process.env["CI"];
  return canRedraw ? createLiveDisplay(total) : createPlainDisplay(total);
}
