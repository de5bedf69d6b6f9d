import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("./queue-holder.ts", import.meta.url));

export type Holder = {
  /** The id of the delivery that it took first. */
  readonly took: Promise<string>;
  /** kill -9 */
  kill(): Promise<void>;
};

export async function spawnHolder(
  environment: Readonly<Record<string, string>>,
  queue: string,
  lockMs: number,
): Promise<Holder> {
  const child = spawn(process.execPath, ["--import", "tsx", ENTRY, queue, String(lockMs)], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const took = once(createInterface({ input: child.stdout }), "line").then(([line]) => String(line));
  return {
    took,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
