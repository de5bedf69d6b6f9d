import { clock } from "../../runs/report/clock.ts";
import { say } from "../terminal.ts";
import { describeRate, MovingRate } from "./moving-rate.ts";
import type { ProgressDisplay } from "./progress-display.ts";
import { describeRun } from "./run-line.ts";

/** How often it is said how far the batch is. */
const PACE_EVERY_MS = 60_000;

/** For logs and pipes: one line a picture, and now and then the pace; nothing is taken back. */
export function createPlainDisplay(total: number): ProgressDisplay {
  let done = 0;
  let saidAt = Date.now();
  const rate = new MovingRate(saidAt);
  const width = String(total).length;
  const sayPace = (now: number) => {
    const [perMinute, left] = [rate.perMinute(now), rate.secondsLeft(total - done, now)];
    if (perMinute === null || left === null || now - saidAt < PACE_EVERY_MS || done >= total) return;
    say(`${done} of ${total} pictures, ${describeRate(perMinute)}, about ${clock(left)} left`);
    saidAt = now;
  };
  return {
    step: () => undefined,
    ended(run) {
      done += 1;
      const now = Date.now();
      if (!run.reused) rate.add(now);
      say(`[${String(done).padStart(width)}/${total}] ${describeRun(run)}`);
      sayPace(now);
    },
    note: say,
    close: () => undefined,
  };
}
