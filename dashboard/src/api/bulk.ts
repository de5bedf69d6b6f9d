import type { BulkAction, ChangedRuns, ExportFormat, RerunsBegun } from "../../../src/contracts/bulk.ts";
import type { RunFilter } from "./query-keys.ts";
import { request, requestFile, searchOf } from "./request.ts";

/* What is done to many runs. Each request does as much as fits into its time and says where the next one goes on. */

/** Those that are named, or all that match. */
export type WhichRuns = { readonly runs: readonly string[] } | { readonly filter: RunFilter };

export type BulkRequest = WhichRuns & { readonly before?: string };

const post = <Answer>(path: string, body: object) => request<Answer>(path, { method: "POST", body });

export const changeRuns = (body: BulkRequest & { readonly action: BulkAction }): Promise<ChangedRuns> =>
  post("/api/runs/bulk", body);

export const tagRuns = (
  body: BulkRequest & { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<ChangedRuns> => post("/api/runs/tags", body);

/** Values of the workflow's inputs that differ, and a step that is done again in any case. */
export interface RerunChanges {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly from?: string;
}

export const rerunRuns = (body: BulkRequest & RerunChanges): Promise<RerunsBegun> =>
  post("/api/runs/rerun", body);

/** Where a file of all that match is: the browser itself takes it, however large. */
export function exportAddress(filter: RunFilter, format: ExportFormat): string {
  return `/api/runs/export${searchOf({ ...filter, format })}`;
}

export function exportNamed(runs: readonly string[], format: ExportFormat) {
  return requestFile("/api/runs/export", { method: "POST", body: { runs, format } });
}
