import { say } from "../terminal.ts";
import type { ProgressDisplay } from "./progress-display.ts";
import { describeRun } from "./run-line.ts";

/** For logs and pipes: one line a picture, nothing is taken back. */
export function createPlainDisplay(total: number): ProgressDisplay {
  let done = 0;
  const width = String(total).length;
  return {
    step: () => undefined,
    ended(run) {
      done += 1;
      say(`[${String(done).padStart(width)}/${total}] ${describeRun(run)}`);
    },
    note: say,
    close: () => undefined,
  };
}
