import { mkdir } from "node:fs/promises";
import process from "node:process";
import { ReportFile } from "../src/cli/run/report-file.ts";
import { planRuns } from "../src/cli/run/run-plan.ts";
import { Digest, newBatchUUID, newRunUUID } from "../src/contracts/ids.ts";

/* Plans a folder and reports every picture of it as failed: all that `run` does with a picture but the work itself. */

const [folder = "", out = ""] = process.argv.slice(2);
const startedAt = performance.now();
const plan = await planRuns({
  workflow: "anonymize-faces",
  inputs: [folder],
  out,
  set: {},
  table: null,
  sidecars: false,
  format: "png",
});
await mkdir(out, { recursive: true });
const report = await ReportFile.open(out, {
  batchUUID: newBatchUUID(),
  workflow: "anonymize-faces",
  workflowDigest: Digest.parse("0".repeat(64)),
  version: "bench",
  models: [],
  startedAt: new Date().toISOString(),
  pictures: plan.total,
});
for await (const { at, file, output } of plan.runs()) {
  const run = {
    file: file.name,
    runUUID: newRunUUID(),
    status: "succeeded" as const,
    reused: false,
    output,
    warnings: [],
    seconds: 1,
    pixelsChangedOutside: 0,
    pixelsChangedInside: 1,
    tasks: [],
  };
  await report.add(at, { run, source: file.path }, true);
}
await report.finish(null);
/* Kilobytes, whatever the platform. */
const peakBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ seconds: (performance.now() - startedAt) / 1000, peakBytes }));
