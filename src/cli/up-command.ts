import type { Command } from "commander";
import { integerBetween } from "./argument-types.ts";

export function addUpCommand(program: Command): void {
  program
    .command("up")
    .summary("start the server and a worker")
    .description(
      "Starts the database, a worker and the HTTP API, and says `Maskloom is ready: <url>` on stdout. " +
        "Ctrl-C or SIGTERM stops everything; what is under way goes on at the next start.",
    )
    .option("--host <name>", "address to listen on (default: MASKLOOM_HOST or 127.0.0.1)")
    .option("--port <n>", "0 picks a free one (default: MASKLOOM_PORT or 8787)", integerBetween(0, 65_535))
    .option(
      "--concurrency <n>",
      "tasks of each kind at a time (default: one per core)",
      integerBetween(1, 256),
    )
    .addHelpText(
      "after",
      "\nBeyond loopback there must be a key (`maskloom keys create`): clients send it as a Bearer token.",
    )
    .action(async (options) => (await import("./up.ts")).up({ ...options, withWorker: true }));
}
