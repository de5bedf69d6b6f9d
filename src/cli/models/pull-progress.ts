import process from "node:process";
import { createLogUpdate } from "log-update";
import { formatBytes } from "../../runs/models/byte-size.ts";
import type { FileProgress } from "../../runs/models/pull-file.ts";
import { say } from "../terminal.ts";

const BAR_WIDTH = 24;
const FRAME_MS = 100;
const LINES = 10;

/** A bar that is redrawn where stderr is a terminal, a line for every tenth elsewhere. */
export function createPullProgress(name: string, total: number): FileProgress {
  const canRedraw = process.stderr.isTTY === true && process.env["TERM"] !== "dumb" && !process.env["CI"];
  return canRedraw ? createBar(name, total) : createLines(name, total);
}

function createBar(name: string, total: number): FileProgress {
  const update = createLogUpdate(process.stderr);
  let have = 0;
  const draw = () => {
    const filled = Math.floor((have / total) * BAR_WIDTH);
    const bar = `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)}`;
    update(`${bar} ${name}  ${formatBytes(have)} of ${formatBytes(total)}`);
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  return {
    received(bytes) {
      have = bytes;
    },
    note: (text) => update.persist(text),
    close() {
      clearInterval(timer);
      draw();
      update.done();
    },
  };
}

function createLines(name: string, total: number): FileProgress {
  let said = 0;
  return {
    received(bytes) {
      const tenth = Math.floor((bytes / total) * LINES);
      if (tenth <= said) return;
      said = tenth;
      say(`${name}  ${tenth * LINES} %  ${formatBytes(bytes)} of ${formatBytes(total)}`);
    },
    note: say,
    close: () => undefined,
  };
}
