import type { ExportFormat } from "../contracts/bulk.ts";
import type { OwnerUUID, RunUUID } from "../contracts/ids.ts";
import type { RunView } from "../contracts/run.ts";
import type { RunFilter } from "../contracts/run-list.ts";
import { findRunUUIDs, listRuns } from "../store/run-list.ts";
import type { Store } from "../store/store.ts";

/** Runs of one query: large enough that queries are few, small enough that nobody waits for the first. */
const PAGE = 200;

type Cell = string | number | null;

const COLUMNS: readonly (readonly [title: string, cell: (run: RunView) => Cell])[] = [
  ["runUUID", ({ runUUID }) => runUUID],
  ["batchUUID", ({ batchUUID }) => batchUUID],
  ["file", ({ file }) => asText(file)],
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
  ["tags", ({ tags }) => asText(tags.join(" "))],
  ["errorCode", ({ error }) => error?.code ?? null],
  ["errorMessage", ({ error }) => (error === null ? null : asText(error.message))],
  ["input", ({ pictures }) => pictures.input],
  ["mask", ({ pictures }) => pictures.mask],
  ["output", ({ pictures }) => pictures.output],
  ["derivedFrom", ({ derivedFrom }) => derivedFrom],
];

/** How each format begins, puts runs one after the other, and ends. */
const FORMATS: Readonly<
  Record<
    ExportFormat,
    { begin: string; between: string; end: (runs: number) => string; one: (run: RunView) => string }
  >
> = {
  csv: {
    begin: `${COLUMNS.map(([title]) => title).join(",")}\r\n`,
    between: "",
    end: () => "",
    one: (run) => `${COLUMNS.map(([, cell]) => quoted(cell(run))).join(",")}\r\n`,
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

/** RFC 4180. */
function quoted(cell: Cell): string {
  const text = cell === null ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table program takes a text that begins so for a formula, and files can be called anything: an apostrophe makes it a text. */
function asText(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
