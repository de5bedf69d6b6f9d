/** A figure beside what it is held against, as the README shows them. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly against: string;
  readonly verdict?: boolean;
}

/** Prints what was measured beside what it is held against. */
export function printTable(title: string, rows: readonly Row[]): void {
  const lines = rows.map(({ what, ours, against, verdict }) => [
    what,
    ours,
    against,
    verdict === undefined ? "" : verdict ? "holds" : "MISSED",
  ]);
  printColumns(title, ["", "Maskloom", "peer or limit", ""], lines);
}

/** Prints a Markdown table, so that a run can be pasted as it is. */
export function printColumns(
  title: string,
  head: readonly string[],
  lines: readonly (readonly string[])[],
): void {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...lines].map((line) => (line[column] ?? "").length)),
  );
  const print = (line: readonly string[]) =>
    process.stdout.write(`| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`);
  process.stdout.write(`\n### ${title}\n\n`);
  print(head);
  print(widths.map((width) => "-".repeat(width)));
  for (const line of lines) print(line);
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`;

/** Most of them, and how slow the slow ones are. */
export const spread = (times: readonly number[]) =>
  `${ms(median(times))}, p95 ${ms(percentile(times, 0.95))}`;

/** The value below which this share of the numbers lies. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = Float64Array.from(numbers).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
