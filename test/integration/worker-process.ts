import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("../../workers/all.ts", import.meta.url));

/** A real worker on that home. @throws where it ends instead of becoming ready */
export async function startWorkerProcess(
  home: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ stop(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, ["--import", "tsx", ENTRY], {
    env: { PATH: process.env["PATH"], HOME: home, MASKLOOM_HOME: home, LOG_LEVEL: "error", ...settings },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  const first = await Promise.race([once(child, "message"), exited.then(() => [{ type: "exit" }])]);
  const { type } = first[0] as { type: string };
  if (type !== "ready") throw new Error(`the worker is not ready: ${JSON.stringify(first[0])}`);
  return {
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}
