import process from "node:process";
import { createLiveDisplay } from "./live-display.ts";
import { createPlainDisplay } from "./plain-display.ts";
import type { ProgressDisplay } from "./progress-display.ts";

/** A block that is redrawn where stderr is a terminal, a line a picture elsewhere. */
export function createProgressDisplay(total: number): ProgressDisplay {
  const canRedraw = process.stderr.isTTY === true && process.env["TERM"] !== "dumb" && !process.env["CI"];
  return canRedraw ? createLiveDisplay(total) : createPlainDisplay(total);
}
