import { access, readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { ReportHead } from "../../contracts/report.ts";
import { hasCode } from "../../errors.ts";
import { writeFileWhole } from "../write-file.ts";
import { FILTERS, pageFile, type ReportFilter } from "./report-filters.ts";
import type { ReportEntry } from "./report-log.ts";
import { REPORT_FOLDER } from "./report-names.ts";
import { renderReportPage } from "./report-page.ts";
import type { PageRow } from "./report-row.ts";
import type { ReportSums } from "./report-tally.ts";
import { thumbnailsOf } from "./thumbnails.ts";

/** Rows of a page: more make browsers slow. */
const PAGE_ROWS = 500;

interface ReportFacts {
  readonly head: ReportHead;
  readonly sums: ReportSums;
}

/** Writes the report as web pages of 500 pictures, for all and for each status; a page of each is in memory at a time. */
export async function writeReportPages(
  out: string,
  facts: ReportFacts,
  entries: AsyncIterable<ReportEntry>,
): Promise<void> {
  const sets = FILTERS.map((filter) => new PageSet(out, facts, filter));
  for await (const entry of entries) {
    const wanted = sets.filter((set) => set.filter.shows(entry.run));
    const row = await toRow(out, entry);
    for (const set of wanted) await set.add(row);
  }
  const written = new Set<string>();
  for (const set of sets) for (const file of await set.finish()) written.add(file);
  await removeOthers(path.join(out, REPORT_FOLDER), written);
}

class PageSet {
  readonly filter: ReportFilter;
  readonly #out: string;
  readonly #facts: ReportFacts;
  readonly #pages: number;
  readonly #written: string[] = [];
  #rows: PageRow[] = [];

  constructor(out: string, facts: ReportFacts, filter: ReportFilter) {
    this.#out = out;
    this.#facts = facts;
    this.filter = filter;
    this.#pages = Math.max(1, Math.ceil(filter.count(facts.sums) / PAGE_ROWS));
  }

  async add(row: PageRow): Promise<void> {
    if (this.#rows.push(row) === PAGE_ROWS) await this.#write();
  }

  async finish(): Promise<readonly string[]> {
    const isFirst = this.filter === FILTERS[0] && this.#written.length === 0;
    if (this.#rows.length > 0 || isFirst) await this.#write();
    return this.#written;
  }

  async #write(): Promise<void> {
    const page = this.#written.length + 1;
    const file = pageFile(this.filter.id, page);
    const html = renderReportPage({
      ...this.#facts,
      filter: this.filter.id,
      page,
      pages: this.#pages,
      rows: this.#rows,
    });
    this.#rows = [];
    await writeFileWhole(path.join(this.#out, file), html);
    this.#written.push(file);
  }
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
