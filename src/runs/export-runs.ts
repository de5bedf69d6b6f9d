import type { ExportFormat } from "../contracts/bulk.ts";
import type { OwnerUUID, RunUUID } from "../contracts/ids.ts";
import type { RunView } from "../contracts/run.ts";
import type { RunFilter } from "../contracts/run-list.ts";
import { findRunUUIDs, listRuns } from "../store/run-list.ts";
import type { Store } from "../store/store.ts";
import { asCsvText, type CsvCell, csvRow } from "./csv-row.ts";

/** Runs of one query: large enough that queries are few, small enough that nobody waits for the first. */
const PAGE = 200;

const COLUMNS: readonly (readonly [title: string, cell: (run: RunView) => CsvCell])[] = [
  ["runUUID", ({ runUUID }) => runUUID],
  ["batchUUID", ({ batchUUID }) => batchUUID],
  ["file", ({ file }) => asCsvText(file)],
  ["status", ({ status }) => status],
  ["workflow", ({ workflow }) => workflow],
  ["workflowDigest", ({ workflowDigest }) => workflowDigest],
  ["createdAt", ({ createdAt }) => createdAt],
  ["startedAt", ({ startedAt }) => startedAt],
  ["endedAt", ({ endedAt }) => endedAt],
  ["durationMs", ({ durationMs }) => durationMs],
  ["cost", ({ cost }) => cost],
  ["seam", ({ quality }) => quality.seam],
  ["sharpnessGain", ({ quality }) => quality.sharpnessGain],
  ["tags", ({ tags }) => asCsvText(tags.join(" "))],
  ["errorCode", ({ error }) => error?.code ?? null],
  ["errorMessage", ({ error }) => (error === null ? null : asCsvText(error.message))],
  ["input", ({ pictures }) => pictures.input],
  ["mask", ({ pictures }) => pictures.mask],
  ["output", ({ pictures }) => pictures.output],
  ["derivedFrom", ({ derivedFrom }) => derivedFrom],
  ["reuses", ({ reuses }) => reuses ?? null],
];

/** How each format begins, puts runs one after the other, and ends. */
const FORMATS: Readonly<
  Record<
    ExportFormat,
    { begin: string; between: string; end: (runs: number) => string; one: (run: RunView) => string }
  >
> = {
  csv: {
    begin: csvRow(COLUMNS.map(([title]) => title)),
    between: "",
    end: () => "",
    one: (run) => csvRow(COLUMNS.map(([, cell]) => cell(run))),
  },
  json: {
    begin: "[",
    between: ",",
    end: (runs) => (runs === 0 ? "]\n" : "\n]\n"),
    one: (run) => `\n${JSON.stringify(run)}`,
  },
};

/**
 * Runs as a file, the newest first, read while it is written. Which ones is decided at once, so that those which come or go
 * meanwhile leave no gap; one that is deleted before its turn is left out.
 */
export async function* exportRuns(
  { db }: Pick<Store, "db">,
  owner: OwnerUUID,
  which: { readonly runs?: readonly RunUUID[] | undefined; readonly filter?: RunFilter | undefined },
  format: ExportFormat,
): AsyncGenerator<string> {
  const { begin, between, end, one } = FORMATS[format];
  const filter = which.runs === undefined ? (which.filter ?? {}) : { runs: [...which.runs] };
  const found = await findRunUUIDs(db, owner, filter, null);
  yield begin;
  let written = 0;
  for (let at = 0; at < found.length; at += PAGE) {
    const runs = await listRuns(db, owner, { runs: found.slice(at, at + PAGE), limit: PAGE });
    if (runs.length === 0) continue;
    yield (written === 0 ? "" : between) + runs.map(one).join(between);
    written += runs.length;
  }
  yield end(written);
}
