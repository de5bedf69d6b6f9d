import process from "node:process";
import { type Config, readConfig } from "../../config/config.ts";
import { toMaskloomError } from "../../errors.ts";
import { EXIT } from "../exit-codes.ts";
import { paint, printJson, printLine } from "../terminal.ts";
import { type Check, type CheckResult, fail } from "./check.ts";
import { engine, inference } from "./engine-checks.ts";
import { models } from "./model-check.ts";
import { checkVariables } from "./settings-check.ts";
import { diskSpace, gpu, home, nodeVersion, platform } from "./system-checks.ts";

type Result = CheckResult & { readonly name: string };

const CHECKS: readonly Check[] = [nodeVersion, platform, home, diskSpace, models, inference, engine, gpu];

export async function doctor({ json }: { readonly json?: true }): Promise<void> {
  const results: Result[] = [];
  for await (const result of check()) {
    results.push(result);
    if (!json) printResult(result);
  }
  const good = results.every((result) => result.status !== "fail");
  if (json) printJson({ ok: good, checks: results });
  process.exitCode = good ? EXIT.good : EXIT.failed;
}

/** Without settings nothing else can be looked at. */
async function* check(): AsyncGenerator<Result> {
  let config: Config;
  try {
    config = readConfig();
    yield { name: "Settings", ...checkVariables(config, process.env) };
  } catch (error) {
    const fix = "correct what the message names; MASKLOOM_HOME must be a folder that this user may read";
    yield { name: "Settings", ...fail(toMaskloomError(error).message, fix) };
    return;
  }
  for (const one of CHECKS) yield { name: one.name, ...(await runCheck(one, config)) };
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

function printResult({ name, status, detail, fix }: Result): void {
  printLine(`${paint(STYLES[status], status.padEnd(4), process.stdout)}  ${name.padEnd(WIDTH)}  ${detail}`);
  if (fix !== null) printLine(`${" ".repeat(WIDTH + 8)}-> ${fix}`);
}
