import type { RunStatus } from "../../../../src/contracts/run.ts";

/** What of the runs page is in its address. */
export interface RunsSearch {
  readonly q?: string;
  readonly status?: RunStatus;
  readonly workflow?: string;
}

/** In the order in which they are offered. */
export const RUN_STATUSES: readonly RunStatus[] = [
  "queued",
  "running",
  "succeeded",
  "partial",
  "failed",
  "skipped",
  "cancelled",
  "review",
];

/** What an address says, without what it should not. */
export function readRunsSearch(search: Record<string, unknown>): RunsSearch {
  const text = (name: string) => {
    const value = search[name];
    return (typeof value === "string" || typeof value === "number") && value !== ""
      ? String(value)
      : undefined;
  };
  const q = text("q");
  const workflow = text("workflow");
  const status = RUN_STATUSES.find((known) => known === search["status"]);
  return {
    ...(q === undefined ? {} : { q }),
    ...(status === undefined ? {} : { status }),
    ...(workflow === undefined ? {} : { workflow }),
  };
}
