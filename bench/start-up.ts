import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { PACKAGE_ROOT } from "../src/package-root.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../test/store/postgres/temporary-home.ts";
import { median, ms, printTable } from "./table.ts";

const WARM_STARTS = 3;

/** From `maskloom up` to its ready line: first on an empty home folder, then again. Needs a built dist. */
export async function benchStartUp(): Promise<void> {
  const home = await makeTemporaryHome();
  const first = await startAndStop(home);
  const warm: number[] = [];
  for (let at = 0; at < WARM_STARTS; at += 1) warm.push(await startAndStop(home));
  await removeTemporaryHome(home);
  const warmMs = median(warm);
  printTable("Start of `maskloom up` to ready", [
    { what: "first time, with initdb", ours: ms(first), against: "<= 8 s", verdict: first <= 8_000 },
    { what: "warm, median", ours: ms(warmMs), against: "<= 3 s", verdict: warmMs <= 3_000 },
  ]);
}

async function startAndStop(home: string): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [path.join(PACKAGE_ROOT, "bin/maskloom.js"), "up", "--port", "0"], {
    env: { ...process.env, MASKLOOM_HOME: home, DATABASE_URL: "", REDIS_URL: "", LOG_LEVEL: "error" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const taken = performance.now() - start;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
  if (!line.toString().startsWith("Maskloom is ready")) throw new Error(`unexpected: ${line.toString()}`);
  /* The keeper ends the server a moment after its last client; a warm start is one without a running server. */
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  return taken;
}
