import { GUESSED, MEASURED } from "./simulation/figures.ts";
import { predictions } from "./simulation/predictions.ts";
import { ALONE, FIGURES, GIVES, PREDICTED, TAKES, type Table, WHAT_IF } from "./simulation/report.ts";
import { SEED, SIZES, simulateSize } from "./simulation/sizes.ts";
import { alone, whatIfs } from "./simulation/what-ifs.ts";
import { printColumns } from "./table.ts";

/* From a hundred thousand pictures a day to half a billion: installations as this product is built, simulated. */

/** `BENCH_SEED=9` for other days of the same kind. */
const CHOSEN = Number(process.env["BENCH_SEED"] ?? SEED);

export async function benchInternetScale(): Promise<void> {
  const began = performance.now();
  print(FIGURES, [...Object.values(MEASURED), ...Object.values(GUESSED)]);
  print(PREDICTED, predictions(CHOSEN));
  const sizes = SIZES.map((pictures) => simulateSize(pictures, CHOSEN));
  print(TAKES, sizes);
  print(GIVES, sizes);
  print(WHAT_IF, whatIfs(CHOSEN));
  print(ALONE, alone(CHOSEN));
  const [runs, took] = [sizes.reduce((sum, { simulated }) => sum + simulated, 0), performance.now() - began];
  process.stdout.write(
    `\n${runs.toLocaleString("en")} runs of the sizes in ${(took / 1_000).toFixed(0)} s\n`,
  );
}

function print<Row>({ title, head, line }: Table<Row>, rows: readonly Row[]): void {
  printColumns(title, head, rows.map(line));
}
