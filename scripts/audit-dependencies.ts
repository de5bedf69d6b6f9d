import { spawnSync } from "node:child_process";
import process from "node:process";
import { PACKAGE_ROOT } from "../src/package-root.ts";
import { readAudit } from "./read-audit.ts";

/*
 * Asks the registry for known weaknesses of what the package is installed with, and fails for those that are high or critical.
 * Not every registry answers, and a network may be missing: that is said, and fails nothing. npm run package:audit
 */

const say = (line: string) => process.stdout.write(`${line}\n`);

const { stdout, stderr, error } = spawnSync("npm", ["audit", "--omit=dev", "--json", "--fetch-retries=1"], {
  cwd: PACKAGE_ROOT,
  encoding: "utf8",
  maxBuffer: 2 ** 28,
  shell: process.platform === "win32",
});
if (error !== undefined) throw error;
if (stdout.trim() === "") throw new Error(`npm audit said nothing: ${stderr}`);
const audit = readAudit(stdout);
if (audit.kind === "unreachable") {
  say(`audit: NOT DONE, the registry's audit could not be reached: ${audit.reason}`);
} else {
  for (const weakness of audit.serious) say(`audit: ${weakness}`);
  say(`audit: ${audit.serious.length} high or critical, ${audit.others} lesser`);
  if (audit.serious.length > 0) process.exitCode = 1;
}
