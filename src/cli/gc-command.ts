import type { Command } from "commander";
import { integerBetween } from "./argument-types.ts";

export function addGcCommand(program: Command): void {
  program
    .command("gc")
    .summary("remove pictures that nobody used for long")
    .description("Remove pictures that nobody used for long and no run needs; `up` does so by itself.")
    .option(
      "--unused-days <n>",
      "days since the last use (default: MASKLOOM_KEEP_DAYS, 30)",
      integerBetween(0, 36_500),
    )
    .option("--dry-run", "say how much it would be, and remove nothing")
    .option("--json", "as JSON on stdout")
    .action(async (options) => (await import("./gc.ts")).collect(options));
}
