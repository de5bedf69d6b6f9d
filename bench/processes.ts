import { readdirSync, readFileSync } from "node:fs";

/* The processes of this machine, as Linux tells of them. */

/** One tick of /proc is 10 ms on every Linux that Node runs on. */
const TICK_MS = 10;
/** And a page 4 KiB on most of them. */
const PAGE_BYTES = 4_096;

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** Since it began, with those of its children that have ended. */
  readonly processorMs: number;
  readonly residentMiB: number;
  readonly command: string;
}

export const readProcesses = (): ProcessRow[] => readdirSync("/proc").flatMap(readProcess);

/** A process may end while it is looked at. */
function readProcess(name: string): ProcessRow[] {
  if (!/^\d+$/.test(name)) return [];
  try {
    const stat = readFileSync(`/proc/${name}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
    /* proc(5): the parent is field 4; user, system and those of children that were waited for are 14 to 17; resident pages are 24. */
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
    return [
      {
        pid: Number(name),
        parent: Number(fields[1]),
        processorMs: ticks * TICK_MS,
        residentMiB: (Number(fields[21]) * PAGE_BYTES) / 2 ** 20,
        command,
      },
    ];
  } catch {
    return [];
  }
}

/** Of the process whose command fits, and of its children; NaN where there is no /proc. */
export function processorMs(command: RegExp): number {
  if (process.platform !== "linux") return Number.NaN;
  const processes = readProcesses();
  return processorOf(processes, processes.find((row) => command.test(row.command))?.pid);
}

/** Milliseconds of a process and its children, of those that were read. */
export const processorOf = (processes: readonly ProcessRow[], root: number | undefined): number =>
  familyOf(processes, root).reduce((sum, row) => sum + row.processorMs, 0);

/** A process and all that it began, of those that were read. */
export function familyOf(processes: readonly ProcessRow[], root: number | undefined): ProcessRow[] {
  const pids = new Set([root]);
  const isOfIt = ({ pid, parent }: ProcessRow) => pids.has(pid) || pids.has(parent);
  for (let size = 0; size < pids.size; ) {
    size = pids.size;
    for (const row of processes) if (isOfIt(row)) pids.add(row.pid);
  }
  return processes.filter(({ pid }) => pids.has(pid));
}
