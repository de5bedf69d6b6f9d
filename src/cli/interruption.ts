import process from "node:process";
import { isatty } from "node:tty";
import { EXIT } from "./exit-codes.ts";

const SIGNALS = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.terminated } as const;
type StopSignal = keyof typeof SIGNALS;

/** npm passes a Ctrl-C on that the terminal has sent already: the same press, twice. */
const SAME_PRESS_MS = 500;

export interface Interruption {
  readonly signal: AbortSignal;
  /** The exit code that the signal stands for; null while none came. */
  exitCode(): number | null;
  /** From now on signals do again what they do by themselves. */
  dispose(): void;
}

/**
 * Node undoes what `nohup` says of hang-ups before any of our code runs. So it is told by what else it does: it leaves
 * no stream at a terminal, and who has none is not stopped by the end of one. Asked while the terminal is there: after
 * the hang-up its streams are at none.
 */
const hasTerminal = (): boolean => [0, 1, 2].some((fd) => isatty(fd));

/** The first Ctrl-C (or SIGTERM) asks for a clean stop, the second one ends the process at once. */
export function listenForInterruption(onFirst: (signal: StopSignal) => void): Interruption {
  const controller = new AbortController();
  let code: number | null = null;
  let firstAt = 0;
  const endsWithTerminal = hasTerminal();
  const handler = (name: StopSignal) => {
    if (name === "SIGHUP" && !endsWithTerminal) return;
    if (code !== null && Date.now() - firstAt < SAME_PRESS_MS) return;
    if (code !== null) process.exit(SIGNALS[name]);
    code = SIGNALS[name];
    firstAt = Date.now();
    onFirst(name);
    controller.abort();
  };
  const names = Object.keys(SIGNALS) as StopSignal[];
  for (const name of names) process.on(name, handler);
  return {
    signal: controller.signal,
    exitCode: () => code,
    dispose() {
      for (const name of names) process.off(name, handler);
    },
  };
}
