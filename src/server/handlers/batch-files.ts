import { Readable } from "node:stream";
import type { BatchUUID } from "../../contracts/ids.ts";
import { archiveBatch } from "../../runs/report/batch-archive.ts";
import { openBatchReport } from "../../runs/report/batch-report.ts";
import { reportJson } from "../../runs/report/report-json.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";

type OfBatch = ApiRequest<{ batchUUID: BatchUUID }>;

/** The report as JSON, of what has ended so far. */
export async function getReport(
  { params: { batchUUID }, owner }: OfBatch,
  services: ApiServices,
): Promise<ApiAnswer> {
  const report = await openBatchReport(services, owner, batchUUID);
  return attachment(`maskloom-${batchUUID}.json`, "application/json; charset=utf-8", () =>
    Readable.from(reportJson(report.head, report.entries())),
  );
}

/** The report as web pages with small pictures. */
export function getReportPages(request: OfBatch, services: ApiServices): Promise<ApiAnswer> {
  return archive(request, services, "report");
}

/** The same with the results themselves. */
export function getResults(request: OfBatch, services: ApiServices): Promise<ApiAnswer> {
  return archive(request, services, "results");
}

async function archive(
  { params: { batchUUID }, owner, signal }: OfBatch,
  services: ApiServices,
  what: "report" | "results",
): Promise<ApiAnswer> {
  const report = await openBatchReport(services, owner, batchUUID);
  const withResults = what === "results";
  return attachment(`maskloom-${what}-${batchUUID}.zip`, "application/zip", () =>
    archiveBatch(services, owner, report, { withResults, signal }),
  );
}

/** @param name made of a UUID: nothing that a caller wrote gets into a header */
function attachment(name: string, type: string, open: () => Readable): ApiAnswer {
  return {
    status: 200,
    headers: {
      "content-type": type,
      "content-disposition": `attachment; filename="${name}"`,
      "cache-control": "no-store",
    },
    content: async () => open(),
  };
}
