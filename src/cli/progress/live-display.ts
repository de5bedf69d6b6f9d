import process from "node:process";
import { createLogUpdate } from "log-update";
import type { ReportRun } from "../../contracts/report.ts";
import { clock } from "../../runs/report/clock.ts";
import { onOneLine, paint } from "../terminal.ts";
import { describeRate, MovingRate } from "./moving-rate.ts";
import type { ProgressDisplay } from "./progress-display.ts";
import { describeRun } from "./run-line.ts";

const FRAME_MS = 100;
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const BAR_WIDTH = 24;
/** Pictures under way that are shown at a time; the others are counted. */
const WINDOW = 8;
/** Up to this many pictures every one keeps its line; beyond, only those that need a look. */
const KEEP_LINES_UP_TO = 50;

type Steps = Map<string, string>;

/** Pictures under way with their steps, and a bar; redrawn a few times a second. */
export function createLiveDisplay(total: number): ProgressDisplay {
  const update = createLogUpdate(process.stderr);
  const startedAt = Date.now();
  const rate = new MovingRate(startedAt);
  const active = new Map<string, Steps>();
  const counts = new Map<string, number>();
  let frame = 0;
  let closed = false;
  const draw = () => {
    const spinner = SPINNER[frame++ % SPINNER.length] ?? "";
    const lines = [...active].slice(0, WINDOW).map(([file, steps]) => activeLine(spinner, file, steps));
    if (active.size > WINDOW) lines.push(paint("dim", `  and ${active.size - WINDOW} more`));
    update([...lines, totalLine(counts, total, rate, startedAt)].join("\n"));
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  return {
    step(file, step, status) {
      const steps = active.get(file) ?? new Map<string, string>();
      steps.set(step, status);
      active.set(file, steps);
    },
    ended(run) {
      active.delete(run.file);
      const word = run.reused ? "reused" : run.status;
      counts.set(word, (counts.get(word) ?? 0) + 1);
      if (!run.reused) rate.add(Date.now());
      if (total <= KEEP_LINES_UP_TO || needsALook(run)) update.persist(describeRun(run));
    },
    note: (text) => update.persist(text),
    close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      draw();
      update.done();
    },
  };
}

function needsALook({ status }: ReportRun): boolean {
  return status === "failed" || status === "partial" || status === "cancelled";
}

function activeLine(spinner: string, file: string, steps: Steps): string {
  const parts = [...steps].map(([step, status]) => {
    if (status === "running") return `${step}…`;
    const done = status === "succeeded" || status === "cached";
    return paint(done ? "green" : "yellow", `${step} ${done ? "✓" : status}`);
  });
  return `${paint("cyan", spinner)} ${onOneLine(file)}  ${parts.join("  ")}`;
}

function totalLine(
  counts: ReadonlyMap<string, number>,
  total: number,
  rate: MovingRate,
  startedAt: number,
): string {
  const now = Date.now();
  const done = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const filled = total === 0 ? BAR_WIDTH : Math.min(BAR_WIDTH, Math.floor((done / total) * BAR_WIDTH));
  const bar = `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)}`;
  const words = [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
  const spent = clock((now - startedAt) / 1000);
  const [perMinute, left] = [rate.perMinute(now), rate.secondsLeft(total - done, now)];
  const pace = perMinute === null ? "" : `  ${describeRate(perMinute)}`;
  const rest = left === null || done >= total ? "" : `  about ${clock(left)} left`;
  return `${bar} ${done}/${total}  ${words}${paint("dim", `  ${spent}${pace}${rest}`)}`;
}
