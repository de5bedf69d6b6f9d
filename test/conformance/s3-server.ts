import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";

/** A Python that has `moto[server,s3]` from PyPI: see CONTRIBUTING.md. */
const PYTHON = process.env["MASKLOOM_TEST_PYTHON"] ?? "python3";
const SCRIPT = path.join(import.meta.dirname, "s3-server.py");

export const hasS3Server = (): boolean => spawnSync(PYTHON, ["-c", "import moto.server"]).status === 0;

export interface S3Server {
  readonly endpoint: string;
  /** Makes it look as if the object had been put so long ago. */
  age(bucket: string, key: string, milliseconds: number): Promise<void>;
  stop(): Promise<void>;
}

export const S3_CREDENTIALS = { accessKeyId: "testing", secretAccessKey: "testing" } as const;

/** Keeps everything in memory. */
export async function startS3Server(): Promise<S3Server> {
  const child = spawn(PYTHON, [SCRIPT], { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value: port, done } = await lines.next();
  if (done === true) throw new Error(`no S3 server: ${PYTHON} has no moto[server,s3]`);
  return {
    endpoint: `http://127.0.0.1:${String(port)}`,
    async age(bucket, key, milliseconds) {
      child.stdin.write(`${JSON.stringify({ bucket, key, seconds: milliseconds / 1000 })}\n`);
      const answer = await lines.next();
      if (answer.done === true) throw new Error("the S3 server is gone");
    },
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
