import { readFileSync } from "node:fs";
import { familyOf, readProcesses } from "../processes.ts";

const EVERY_MS = 500;

export interface Watched {
  /** Largest resident memory of a process and its children together at one moment, in MiB; what they share counts once. */
  readonly peakMiB: number;
  /** That memory from moment to moment. */
  readonly series: readonly { readonly at: number; readonly mebibytes: number }[];
  /** Share of the machine's processors that did nothing, 0-1. */
  readonly idle: number;
}

/** Watches a process and its children (not the database, which belongs to a keeper of its own) until it is stopped. Linux only. */
export function watchProcesses(pid: number): { stop(): Watched } {
  const series: { at: number; mebibytes: number }[] = [];
  const begun = processorTicks();
  const look = (): void => {
    series.push({ at: performance.now(), mebibytes: memoryOf(pid) });
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      const ended = processorTicks();
      const idle = (ended.idle - begun.idle) / Math.max(1, ended.all - begun.all);
      return { peakMiB: Math.max(...series.map(({ mebibytes }) => mebibytes)), series, idle };
    },
  };
}

function processorTicks(): { readonly idle: number; readonly all: number } {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { idle: (ticks[3] ?? 0) + (ticks[4] ?? 0), all: ticks.reduce((sum, one) => sum + one, 0) };
}

function memoryOf(root: number): number {
  const kibibytes = familyOf(readProcesses(), root).map(({ pid }) => proportionalKiB(pid));
  return kibibytes.reduce((sum, one) => sum + one, 0) / 1024;
}

/** Where processes share a page, each has its part of it. A process may end while it is looked at. */
function proportionalKiB(pid: number): number {
  try {
    const line = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"));
    return Number(line?.[1] ?? 0);
  } catch {
    return 0;
  }
}
