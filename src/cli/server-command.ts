import type { Command } from "commander";
import { integerBetween } from "./argument-types.ts";

export function addServerCommand(program: Command): void {
  program
    .command("server")
    .summary("start the server alone")
    .description(
      "Starts the HTTP API and the dashboard without a worker, and says `Maskloom is ready: <url>` on stdout. What is " +
        "asked of it is done by workers elsewhere (`maskloom worker`). Ctrl-C or SIGTERM stops it.",
    )
    .option("--host <name>", "address to listen on (default: MASKLOOM_HOST or 127.0.0.1)")
    .option("--port <n>", "0 picks a free one (default: MASKLOOM_PORT or 8787)", integerBetween(0, 65_535))
    .action(async (options) => (await import("./up.ts")).up({ ...options, withWorker: false }));
}
