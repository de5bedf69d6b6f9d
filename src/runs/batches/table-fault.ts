import { CsvError } from "csv-parse/sync";
import { MaskloomError } from "../../errors.ts";

interface Table {
  readonly text: string;
  /** In front of a line's number: `table.csv`. */
  readonly place: string;
  readonly delimiter: string;
}

const DELIMITER_NAMES: Readonly<Record<string, string>> = { ",": "comma", ";": "semicolon", "\t": "tab" };
const TWICE = 'a quote within a cell is written twice: "5"" wide"';

/** What is wrong with a table that cannot be told into rows and cells: its line, what was expected, what to do. */
export function tableFault(error: unknown, table: Table): MaskloomError {
  const { line, words } = faultOf(error, table);
  return new MaskloomError("INPUT_INVALID", `${table.place}:${line}: ${words}`, { cause: error });
}

function faultOf(error: unknown, { text, delimiter }: Table): { line: number; words: string } {
  if (!(error instanceof CsvError))
    return {
      line: 1,
      words: `expected a CSV file: ${error instanceof Error ? error.message : String(error)}`,
    };
  const line = Number(error["lines"]);
  const comma = DELIMITER_NAMES[delimiter] ?? "comma";
  switch (error.code) {
    case "CSV_RECORD_INCONSISTENT_COLUMNS":
      return { line, words: wrongCount(error, comma) };
    case "CSV_QUOTE_NOT_CLOSED":
      return {
        line: openQuoteLine(text),
        words: `expected a second double quote where the cell ends, got none up to the end of the table; close the cell, and remember that ${TWICE}`,
      };
    case "CSV_INVALID_CLOSING_QUOTE":
    case "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE":
      return {
        line,
        words: `expected a ${comma} or the end of the line after the quote that closes a cell, got more text; ${TWICE}`,
      };
    case "INVALID_OPENING_QUOTE":
      return {
        line,
        words: `expected double quotes only around a whole cell, got one in the middle; put the cell between quotes, where ${TWICE}`,
      };
    default:
      return { line, words: `expected a CSV file: ${error.message}` };
  }
}

function wrongCount(error: CsvError, comma: string): string {
  const columns = namesIn(error["columns"]);
  const got = Array.isArray(error["record"]) ? error["record"].length : 0;
  const remedy =
    got > columns.length
      ? `put a cell that holds a ${comma} between double quotes`
      : `leave a cell empty that is not given, but write its ${comma}`;
  const cells = columns.length === 1 ? "1 cell" : `${columns.length} cells`;
  return `expected ${cells}, as the header has (${columns.join(", ")}), got ${got}; ${remedy}`;
}

const namesIn = (columns: unknown): string[] =>
  Array.isArray(columns) ? columns.map((column: { readonly name?: unknown }) => String(column.name)) : [];

/** The line of the quote that nothing closes: the library counts to the end of the file. */
function openQuoteLine(text: string): number {
  let start: number | null = null;
  for (const { 0: quotes, index } of text.matchAll(/"+/g)) {
    /* Pairs within a cell are quotes that it holds, and pairs beside one are an empty cell. */
    if (quotes.length % 2 === 1) start = start === null ? index : null;
  }
  return text.slice(0, start ?? 0).split("\n").length;
}
