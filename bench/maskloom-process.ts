import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { PACKAGE_ROOT } from "../src/package-root.ts";

export const BIN = path.join(PACKAGE_ROOT, "bin/maskloom.js");

export interface MaskloomProcess {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** `maskloom up` or `maskloom server` as it is installed, on a port of its own. Needs a built dist. */
export async function startMaskloom(
  command: "up" | "server",
  env: NodeJS.ProcessEnv,
): Promise<MaskloomProcess> {
  const child = spawn(process.execPath, [BIN, command, "--port", "0"], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const url = /ready: (http:\S+)/.exec(line.toString())?.[1];
  if (url === undefined) throw new Error(`unexpected: ${line.toString()}`);
  return {
    url,
    pid: child.pid ?? 0,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}
