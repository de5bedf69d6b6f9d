import type { ReportHead } from "../../contracts/report.ts";
import { FILTERS, pageFile, type ReportFilter } from "./report-filters.ts";
import { renderReportPage } from "./report-page.ts";
import type { PageRow } from "./report-row.ts";
import type { ReportSums } from "./report-tally.ts";

/** Rows of a page: more make browsers slow. */
const PAGE_ROWS = 500;

interface ReportFacts {
  readonly head: ReportHead;
  readonly sums: ReportSums;
}

/** A web page of a report; its file is relative to the folder of results, with `/`. */
export interface WrittenPage {
  readonly file: string;
  readonly html: string;
}

/** A report as web pages of 500 pictures, for all and for each status; a page of each is in memory at a time. */
export async function* renderReportPages(
  facts: ReportFacts,
  rows: AsyncIterable<PageRow>,
): AsyncGenerator<WrittenPage> {
  const sets = FILTERS.map((filter) => new PageSet(facts, filter));
  for await (const row of rows) {
    for (const set of sets) if (set.filter.shows(row.run)) yield* set.add(row);
  }
  for (const set of sets) yield* set.finish();
}

class PageSet {
  readonly filter: ReportFilter;
  readonly #facts: ReportFacts;
  readonly #pages: number;
  #written = 0;
  #rows: PageRow[] = [];

  constructor(facts: ReportFacts, filter: ReportFilter) {
    this.#facts = facts;
    this.filter = filter;
    this.#pages = Math.max(1, Math.ceil(filter.count(facts.sums) / PAGE_ROWS));
  }

  *add(row: PageRow): Generator<WrittenPage> {
    if (this.#rows.push(row) === PAGE_ROWS) yield this.#page();
  }

  *finish(): Generator<WrittenPage> {
    const isFirst = this.filter === FILTERS[0] && this.#written === 0;
    if (this.#rows.length > 0 || isFirst) yield this.#page();
  }

  #page(): WrittenPage {
    this.#written += 1;
    const page = this.#written;
    const filter = this.filter.id;
    const html = renderReportPage({ ...this.#facts, filter, page, pages: this.#pages, rows: this.#rows });
    this.#rows = [];
    return { file: pageFile(filter, page), html };
  }
}
