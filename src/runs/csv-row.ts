export type CsvCell = string | number | null;

/** One line of RFC 4180, its end included. */
export function csvRow(cells: readonly CsvCell[]): string {
  return `${cells.map(quoted).join(",")}\r\n`;
}

function quoted(cell: CsvCell): string {
  const text = cell === null ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table program takes a text that begins so for a formula, and files can be called anything: an apostrophe makes it a text. */
export function asCsvText(text: string): string {
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
}
