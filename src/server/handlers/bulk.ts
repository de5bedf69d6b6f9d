import { Readable } from "node:stream";
import type { z } from "zod";
import type {
  ChangeRuns,
  ExportFormat,
  ExportQuery,
  ExportRuns,
  RerunRuns,
  TagRuns,
} from "../../contracts/bulk.ts";
import { changeRuns as changeMany, tagRuns as tagMany } from "../../runs/actions/bulk.ts";
import { rerunRuns as rerunMany } from "../../runs/actions/rerun-many.ts";
import { exportRuns as exportMany } from "../../runs/export-runs.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { actorOf } from "./actions.ts";

export async function changeRuns(
  request: ApiRequest<unknown, unknown, ChangeRuns>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  return { status: 200, body: await changeMany(store, actorOf(request), request.body) };
}

export async function tagRuns(
  request: ApiRequest<unknown, unknown, TagRuns>,
  { store }: ApiServices,
): Promise<ApiAnswer> {
  return { status: 200, body: await tagMany(store, actorOf(request), request.body) };
}

export async function rerunRuns(
  request: ApiRequest<unknown, unknown, RerunRuns>,
  services: ApiServices,
): Promise<ApiAnswer> {
  return { status: 202, body: await rerunMany(services, actorOf(request), request.body) };
}

export function exportMatching(
  { owner, query: { format, ...filter } }: ApiRequest<unknown, z.output<typeof ExportQuery>>,
  { store }: ApiServices,
): ApiAnswer {
  return fileOf(format, exportMany(store, owner, { filter }, format));
}

export function exportNamed(
  { owner, body: { format, ...which } }: ApiRequest<unknown, unknown, ExportRuns>,
  { store }: ApiServices,
): ApiAnswer {
  return fileOf(format, exportMany(store, owner, which, format));
}

export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv",
  json: "application/json",
};

/** A file to keep, named by the day. */
function fileOf(format: ExportFormat, lines: AsyncIterable<string>): ApiAnswer {
  const name = `maskloom-runs-${new Date().toISOString().slice(0, 10)}.${format}`;
  return {
    status: 200,
    headers: {
      "content-type": `${EXPORT_TYPES[format]}; charset=utf-8`,
      "content-disposition": `attachment; filename="${name}"`,
    },
    content: async () => Readable.from(lines),
  };
}
