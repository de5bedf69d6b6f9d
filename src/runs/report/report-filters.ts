import type { ReportRun } from "../../contracts/report.ts";
import { REPORT_FOLDER, REPORT_PAGE } from "./report-names.ts";
import type { ReportSums } from "./report-tally.ts";

/** Which runs a set of pages shows. */
export interface ReportFilter {
  readonly id: string;
  readonly label: string;
  readonly shows: (run: ReportRun) => boolean;
  readonly count: (sums: ReportSums) => number;
}

const ofStatus = (status: ReportRun["status"]): ReportFilter => ({
  id: status,
  label: status,
  shows: (run) => run.status === status,
  count: ({ statuses }) => statuses.get(status) ?? 0,
});

/** The first one shows all; its first page is the report's own. */
export const FILTERS: readonly ReportFilter[] = [
  { id: "all", label: "all", shows: () => true, count: ({ pictures }) => pictures },
  ofStatus("failed"),
  ofStatus("partial"),
  ofStatus("cancelled"),
  ofStatus("succeeded"),
  ofStatus("skipped"),
  { id: "reused", label: "reused", shows: (run) => run.reused, count: ({ reused }) => reused },
];

/** File of a page, relative to the out folder, with `/`. @param page from 1 */
export function pageFile(filter: string, page: number): string {
  return filter === FILTERS[0]?.id && page === 1 ? REPORT_PAGE : `${REPORT_FOLDER}/${filter}-${page}.html`;
}
