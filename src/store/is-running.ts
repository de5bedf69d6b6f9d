import { readFileSync } from "node:fs";
import { isAlive } from "./postgres/postmaster.ts";

/**
 * Whether a process of this machine runs. One that was killed keeps its number until its parent asks for its end, which in
 * a container without an init may be never: Linux says so in its state, Z.
 */
export function isRunning(pid: number): boolean {
  if (!isAlive(pid)) return false;
  try {
    // pid (name) state …; the name may hold anything, brackets too.
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !/^[ZX]/.test(status.slice(status.lastIndexOf(")") + 2));
  } catch {
    return true;
  }
}
