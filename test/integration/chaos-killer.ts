import { execFileSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { isRunning } from "../../src/store/is-running.ts";
import type { Dice } from "./chaos-dice.ts";
import type { Installation } from "./cli-installation.ts";

/** Which of a command's processes dies: the one that works and hands out work, the command alone, or all at once. */
export const VICTIMS = ["worker", "command", "everything"] as const;
type Victim = (typeof VICTIMS)[number];

export interface Kill<V = Victim> {
  readonly victim: V;
  /** Pictures that are done by then. */
  readonly after: number;
  /** And so much later, that it may hit any line of any process. */
  readonly laterMs: number;
}

export type Command = ReturnType<Installation["start"]>;

const LATEST_MS = 40;
/** Behind it too little would be left to go on with. */
const LATEST_SHARE = 0.7;

/** Each of the possible victims as often as any other, in any order, at any moments of a batch. */
export function planKills<V>(dice: Dice, pictures: number, times: number, possible: readonly V[]): Kill<V>[] {
  const victims = Array.from({ length: times }, () => dice.shuffled(possible)).flat();
  const moments = victims.map(() => Math.floor(dice.next() * LATEST_SHARE * pictures)).sort((a, b) => a - b);
  return victims.map((victim, at) => ({
    victim,
    after: moments[at] ?? 0,
    laterMs: Math.floor(dice.next() * LATEST_MS),
  }));
}

/**
 * Kills as planned, and starts the command anew where it was killed.
 * @param done how many pictures are done
 * @returns the command that was not killed
 * @throws where a command had ended before it could be killed
 */
export async function killAsPlanned(
  plan: readonly Kill[],
  first: Command,
  start: () => Command,
  done: (command: Command) => Promise<number>,
): Promise<Command> {
  let command = first;
  for (const { victim, after, laterMs } of plan) {
    while (isRunning(command.pid) && (await done(command)) < after) await delay(5);
    await delay(laterMs);
    if (victim === "worker") {
      process.kill(await workerOf(command), "SIGKILL");
      continue;
    }
    process.kill(victim === "everything" ? -command.pid : command.pid, "SIGKILL");
    /* Its worker may still be about to leave: the next command is not to mind. */
    command = start();
  }
  return command;
}

/** The worker that it has, or will have. */
export async function workerOf(command: Pick<Command, "pid" | "stderr">): Promise<number> {
  while (isRunning(command.pid)) {
    const listed = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
    for (const line of listed.split("\n")) {
      const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      if (Number(parent) === command.pid && args?.includes("workers")) return Number(pid);
    }
    await delay(20);
  }
  throw new Error(`the command ended before its worker could be killed: ${command.stderr()}`);
}
