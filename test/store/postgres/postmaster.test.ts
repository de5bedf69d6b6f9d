import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  clearStalePostmaster,
  isPostmasterOf,
  readPostmaster,
} from "../../../src/store/postgres/postmaster.ts";

let data: string;
beforeEach(async () => {
  data = await mkdtemp(path.join(os.tmpdir(), "maskloom-data-"));
});
afterEach(() => rm(data, { recursive: true, force: true }));

const pidFile = () => path.join(data, "postmaster.pid");
const linesFor = (pid: number) =>
  [pid, data, 1_700_000_000, 5432, "/run", "", "  131157  32", "ready   ", ""].join("\n");

async function pidOfTheDead(): Promise<number> {
  const child = spawn(process.execPath, ["--version"], { stdio: "ignore" });
  await once(child, "exit");
  return child.pid ?? 0;
}

describe("postmaster.pid", () => {
  it("tells the process and what it is doing", async () => {
    expect(await readPostmaster(data)).toBeNull();
    await writeFile(pidFile(), linesFor(4711));
    expect(await readPostmaster(data)).toEqual({ pid: 4711, status: "ready" });
    await writeFile(pidFile(), "4711\n");
    expect(await readPostmaster(data)).toEqual({ pid: 4711, status: "starting" });
    await writeFile(pidFile(), "nonsense");
    expect(await readPostmaster(data)).toBeNull();
  });

  it("does not make a server of any process that has its number", async () => {
    expect(await isPostmasterOf(data, process.pid)).toBe(false);
    expect(await isPostmasterOf(data, await pidOfTheDead())).toBe(false);
  });

  it("is told by the data folder in the command line", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "--", "-D", data], {
      stdio: "ignore",
    });
    await once(child, "spawn");
    expect(await isPostmasterOf(data, child.pid ?? 0)).toBe(true);
    expect(await isPostmasterOf(`${data}-2`, child.pid ?? 0)).toBe(false);
    child.kill("SIGKILL");
    await once(child, "exit");
  });

  it("is removed when it names a living process of somebody else", async () => {
    await writeFile(pidFile(), linesFor(process.pid));
    await clearStalePostmaster(data);
    expect(await readdir(data)).toEqual([]);
  });

  it("is left to PostgreSQL when its process is dead, and absence is no trouble", async () => {
    await clearStalePostmaster(data);
    const lines = linesFor(await pidOfTheDead());
    await writeFile(pidFile(), lines);
    await clearStalePostmaster(data);
    expect(await readFile(pidFile(), "utf8")).toBe(lines);
  });
});
