import type { RunView } from "../../../../src/contracts/run.ts";

/** Whether every word of a search occurs in what a run is known by: file, workflow, UUIDs, error. */
export function matchesText(run: RunView, text: string): boolean {
  const { file, workflow, runUUID, batchUUID, error } = run;
  const known = [file, workflow, runUUID, batchUUID, error?.code, error?.message].join("\n").toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => known.includes(word));
}
