import process from "node:process";
import type { Command } from "commander";
import { readConfig } from "../config.ts";
import { createLogger } from "../log.ts";
import { openServices, type Services } from "../runs/services.ts";
import { startServer } from "../server/start-server.ts";
import { integerBetween } from "./argument-types.ts";
import { EXIT } from "./exit-codes.ts";
import { listenForInterruption } from "./interruption.ts";
import { superviseWorker } from "./supervise.ts";
import { printLine, say } from "./terminal.ts";

interface UpOptions {
  readonly host?: string;
  readonly port?: number;
  readonly concurrency?: number;
}

/** Server and worker stop at the same time; with what is to be closed after them they stay within ten seconds. */
const WORKER_GRACE_MS = 7_500;

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
      "\nBeyond loopback MASKLOOM_API_KEY must be set: clients send it as a Bearer token.",
    )
    .action(up);
}

async function up(options: UpOptions): Promise<void> {
  const config = readConfig();
  const interruption = listenForInterruption((name) => say(`${name}: stopping`));
  const logger = createLogger(config.logLevel);
  const services = await openServices(config, (error) => logger.error(error));
  try {
    await serve(services, options, interruption.signal);
  } finally {
    await services.close();
    interruption.dispose();
  }
  process.exitCode = EXIT.good;
}

async function serve(services: Services, options: UpOptions, stop: AbortSignal): Promise<void> {
  const { config, store } = services;
  const log = createLogger(config.logLevel);
  const { host = config.server.host, port = config.server.port, concurrency } = options;
  const server = await startServer(services, { host, port, log });
  const worker = superviseWorker({ store, concurrency, onExit: (message) => log.warn(message) });
  try {
    await Promise.race([worker.ready, aborted(stop)]);
    if (!stop.aborted) printLine(`Maskloom is ready: ${server.url}`);
    await aborted(stop);
  } finally {
    await Promise.all([server.close(), worker.stop(WORKER_GRACE_MS)]);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
