import { Digest, newBatchUUID, newRunUUID } from "../../../src/contracts/ids.ts";
import type { ReportHead, ReportRun } from "../../../src/contracts/report.ts";

export function makeRun(file: string, values: Partial<ReportRun> = {}): ReportRun {
  return {
    file,
    runUUID: newRunUUID(),
    status: "succeeded",
    reused: false,
    output: file,
    warnings: [],
    seconds: 1.5,
    pixelsChangedOutside: 0,
    pixelsChangedInside: 100,
    tasks: [],
    ...values,
  };
}

export const failure = (code: string, message = "broken"): Partial<ReportRun> => ({
  status: "failed",
  output: null,
  error: { code, message } as NonNullable<ReportRun["error"]>,
});

export function makeHead(pictures: number): ReportHead {
  return {
    batchUUID: newBatchUUID(),
    workflow: "face-detail",
    workflowDigest: Digest.parse("a".repeat(64)),
    version: "0.1.0",
    models: [],
    startedAt: "2026-01-02T03:04:05.000Z",
    seconds: 12,
    pictures,
    encoding: "lossless",
  };
}
