import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { PACKAGE_ROOT } from "../src/package-root.ts";
import { printTable } from "./table.ts";

/** `BENCH_SECONDS=60` for a short look. */
const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 1_200);

/**
 * Twenty minutes of all kinds of work at once: the soak of the chaos tests, which runs for five, and which prints its figures
 * and holds them against its limits.
 */
export async function benchSoak(): Promise<void> {
  const vitest = path.join(PACKAGE_ROOT, "node_modules", "vitest", "vitest.mjs");
  const soak = spawn(process.execPath, [vitest, "run", "--project", "chaos", "soak"], {
    cwd: PACKAGE_ROOT,
    env: { ...process.env, MASKLOOM_SOAK_SECONDS: String(SECONDS) },
    stdio: "inherit",
  });
  const [code] = await once(soak, "close");
  printTable(`Soak of ${SECONDS} s, beside its limits`, [
    {
      what: "memory, buffers, open files, connections, event loop, in the last quarter",
      ours: code === 0 ? "within" : "beyond, or not measured: see above",
      against: "the second quarter, and some room",
      verdict: code === 0,
    },
  ]);
}
