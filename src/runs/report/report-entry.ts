import type { ReportRun } from "../../contracts/report.ts";

/** A run as the report needs it. */
export interface ReportEntry {
  readonly run: ReportRun;
  /** The picture's file; absolute. Null where it is not known any more. */
  readonly source: string | null;
}
