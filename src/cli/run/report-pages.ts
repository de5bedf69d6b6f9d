import { access, readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { ReportHead } from "../../contracts/report.ts";
import { hasCode } from "../../errors.ts";
import type { ReportEntry } from "../../runs/report/report-entry.ts";
import { REPORT_FOLDER } from "../../runs/report/report-names.ts";
import { renderReportPages } from "../../runs/report/report-pages.ts";
import type { PageRow } from "../../runs/report/report-row.ts";
import type { ReportSums } from "../../runs/report/report-tally.ts";
import { thumbnailsOf } from "../../runs/report/thumbnail-names.ts";
import { writeFileWhole } from "../write-file.ts";

/** Writes the report as web pages beside the results. */
export async function writeReportPages(
  out: string,
  facts: { readonly head: ReportHead; readonly sums: ReportSums },
  entries: AsyncIterable<ReportEntry>,
): Promise<void> {
  const written = new Set<string>();
  for await (const { file, html } of renderReportPages(facts, rowsOf(out, entries))) {
    await writeFileWhole(path.join(out, file), html);
    written.add(file);
  }
  await removeOthers(path.join(out, REPORT_FOLDER), written);
}

async function* rowsOf(out: string, entries: AsyncIterable<ReportEntry>): AsyncGenerator<PageRow> {
  for await (const entry of entries) yield await toRow(out, entry);
}

async function toRow(out: string, { run, source }: ReportEntry): Promise<PageRow> {
  const { before, after } = thumbnailsOf(run.file);
  const has = (file: string) =>
    access(path.join(out, file)).then(
      () => true,
      () => false,
    );
  return {
    run,
    source: source === null ? null : path.relative(out, source).split(path.sep).join("/"),
    before: (await has(before)) ? before : null,
    after: run.output !== null && run.status !== "skipped" && (await has(after)) ? after : null,
  };
}

/** Pages of a longer report. */
async function removeOthers(folder: string, written: ReadonlySet<string>): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  });
  for (const name of names) {
    if (!/^[a-z]+-\d+\.html$/.test(name) || written.has(`${REPORT_FOLDER}/${name}`)) continue;
    await rm(path.join(folder, name), { force: true });
  }
}
