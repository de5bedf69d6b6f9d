import { readdirSync, readFileSync } from "node:fs";

const EVERY_MS = 500;
const PAGE = 4096;

export interface Watched {
  /** Largest resident memory of a process and its children together at one moment, in MiB. */
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

/** A process may end while it is looked at. */
function memoryOf(root: number): number {
  const rows = readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return [{ pid: Number(name), parent: Number(fields[1]), pages: Number(fields[21]) }];
    } catch {
      return [];
    }
  });
  const family = new Set([root]);
  for (let grown = true; grown; ) {
    const found = rows.filter(({ pid, parent }) => family.has(parent) && !family.has(pid));
    for (const { pid } of found) family.add(pid);
    grown = found.length > 0;
  }
  const pages = rows.filter(({ pid }) => family.has(pid)).reduce((sum, row) => sum + row.pages, 0);
  return (pages * PAGE) / 1024 ** 2;
}
