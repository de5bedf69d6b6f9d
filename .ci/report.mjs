// Reads vitest's JSON report, names what was skipped, and ends with one line of counts.
import { existsSync, readFileSync } from "node:fs";

const [file = ""] = process.argv.slice(2);
if (!existsSync(file)) {
  process.stdout.write("no report: it was stopped before its end\n");
  process.exit(1);
}
const report = JSON.parse(readFileSync(file, "utf8"));
const tests = report.testResults.flatMap((result) =>
  result.assertionResults.map((test) => ({ ...test, name: `${result.name} > ${test.fullName}` })),
);
const failed = tests.filter((test) => test.status === "failed").length;
const passed = tests.filter((test) => test.status === "passed").length;
const skipped = tests.filter((test) => !["passed", "failed"].includes(test.status));
const brokenFiles = report.testResults.filter(
  (result) => result.status === "failed" && result.assertionResults.every((test) => test.status !== "failed"),
);

for (const { name } of skipped) process.stdout.write(`skipped: ${name}\n`);
for (const { name, message } of brokenFiles) process.stdout.write(`not run: ${name}: ${message}\n`);
process.stdout.write(`${passed} passed, ${failed + brokenFiles.length} failed, ${skipped.length} skipped\n`);
if (passed === 0 || failed + brokenFiles.length + skipped.length > 0) process.exitCode = 1;
