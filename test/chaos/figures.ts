import process from "node:process";

export type Figures = Readonly<Record<string, string | number>>;

/** Prints them as a Markdown table of two columns. */
export function printFigures(title: string, figures: Figures): void {
  const rows = Object.entries(figures).map(([name, value]) => [name, String(value)] as const);
  const widths = [0, 1].map((column) => Math.max(3, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  const text = [line(["", ""]), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("");
  process.stdout.write(`\n### ${title}\n\n${text}`);
}
