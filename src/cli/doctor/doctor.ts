import process from "node:process";
import { type Config, readConfig } from "../../config.ts";
import { toMaskloomError } from "../../errors.ts";
import { EXIT } from "../exit-codes.ts";
import { paint, printJson, printLine } from "../terminal.ts";
import type { Check, CheckResult } from "./check.ts";
import { engine, inference, models } from "./engine-checks.ts";
import { diskSpace, gpu, home, nodeVersion, platform } from "./system-checks.ts";

const CHECKS: readonly Check[] = [nodeVersion, platform, home, diskSpace, models, inference, engine, gpu];

export async function doctor({ json }: { readonly json?: true }): Promise<void> {
  const config = readConfig();
  const results: (CheckResult & { name: string })[] = [];
  for (const check of CHECKS) {
    const result = { name: check.name, ...(await runCheck(check, config)) };
    results.push(result);
    if (!json) printResult(result);
  }
  const good = results.every((result) => result.status !== "fail");
  if (json) printJson({ ok: good, home: config.home, checks: results });
  process.exitCode = good ? EXIT.good : EXIT.failed;
}

async function runCheck(check: Check, config: Config): Promise<CheckResult> {
  try {
    return await check.run(config);
  } catch (error) {
    const { code, message } = toMaskloomError(error);
    return { status: "fail", detail: `${code}: ${message}`, fix: `see ${code} in docs/errors.md` };
  }
}

const STYLES = { ok: "green", warn: "yellow", fail: "red" } as const;
const WIDTH = Math.max(...CHECKS.map((check) => check.name.length));

function printResult({ name, status, detail, fix }: CheckResult & { name: string }): void {
  printLine(`${paint(STYLES[status], status.padEnd(4), process.stdout)}  ${name.padEnd(WIDTH)}  ${detail}`);
  if (fix !== null) printLine(`${" ".repeat(WIDTH + 8)}-> ${fix}`);
}
