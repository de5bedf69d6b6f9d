import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SHIPPED = ["bin", "workflows", "examples", "package.json"];

export const PHOTOS = path.join(ROOT, "examples", "photos");

/** What `npm ci` leaves behind, in a folder of its own. */
export interface Installation {
  readonly folder: string;
  run(args: readonly string[], options: CliOptions): Promise<CliResult>;
  start(args: readonly string[], options: CliOptions): RunningCli;
  remove(): Promise<void>;
}

interface CliOptions {
  readonly home: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** As from a shell: in a process group of its own. */
  readonly group?: boolean;
}

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunningCli {
  readonly pid: number;
  readonly ended: Promise<CliResult>;
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  /** The command and all that it started in its group; it must have been started with `group`. */
  killGroup(signal: NodeJS.Signals): void;
}

export async function installCli(): Promise<Installation> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-installation-"));
  await cp(inject("compiledFolder"), path.join(folder, "dist"), { recursive: true });
  for (const name of SHIPPED) await cp(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  await symlink(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"), "junction");
  const bin = path.join(folder, "bin", "maskloom.js");
  const start = (args: readonly string[], options: CliOptions) => startCli(bin, args, options);
  return {
    folder,
    start,
    run: (args, options) => start(args, options).ended,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function startCli(bin: string, args: readonly string[], { home, cwd, env, group }: CliOptions): RunningCli {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: cwd ?? home,
    env: { PATH: process.env["PATH"] ?? "", HOME: home, MASKLOOM_HOME: home, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: group === true,
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    texts.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    texts.stderr += text;
  });
  const ended = once(child, "close").then(([code, signal]): CliResult => ({ code, signal, ...texts }));
  return {
    pid: child.pid ?? 0,
    ended,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    kill: (signal) => void child.kill(signal),
    killGroup: (signal) => void process.kill(-(child.pid ?? 0), signal),
  };
}

/** Waits for a state; the test's own timeout is the limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(20);
}
