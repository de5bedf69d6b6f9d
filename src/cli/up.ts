import process from "node:process";
import { readConfig } from "../config/config.ts";
import type { Logger } from "../logging/log.ts";
import { openProcessLog } from "../runs/process-log.ts";
import { openServices, type Services } from "../runs/services.ts";
import { startServer } from "../server/start-server.ts";
import { openTracing } from "../tracing/open-tracing.ts";
import { aborted } from "./aborted.ts";
import { EXIT } from "./exit-codes.ts";
import { listenForInterruption } from "./interruption.ts";
import { openMetrics } from "./open-metrics.ts";
import { recoverDeadWorkers } from "./recover-dead-workers.ts";
import { type SupervisedWorker, superviseWorker } from "./supervise.ts";
import { printLine, say } from "./terminal.ts";

interface UpOptions {
  readonly host?: string;
  readonly port?: number;
  readonly concurrency?: number;
  /** Without one, workers elsewhere do what is asked of the server. */
  readonly withWorker: boolean;
}

/** Server and worker stop at the same time; with what is to be closed after them they stay within ten seconds. */
const WORKER_GRACE_MS = 7_500;

export async function up(options: UpOptions): Promise<void> {
  const config = readConfig();
  const interruption = listenForInterruption((name) => say(`${name}: stopping`));
  const log = openProcessLog(config);
  const tracing = await openTracing(config, "maskloom-server");
  const services = await openServices(config, (error) => log.error(error));
  try {
    if (options.withWorker) await recoverDeadWorkers(services);
    await serve(services, options, log, interruption.signal);
  } finally {
    await services.close();
    await tracing.stop();
    interruption.dispose();
  }
  process.exitCode = EXIT.good;
}

async function serve(services: Services, options: UpOptions, log: Logger, stop: AbortSignal): Promise<void> {
  const { config, store } = services;
  const { host = config.server.host, port = config.server.port, concurrency } = options;
  let worker: SupervisedWorker | null = null;
  const otherMetrics = async () => (worker === null ? [] : [await worker.metrics()]);
  const server = await startServer(services, { host, port, log, otherMetrics });
  const answers = { metrics: server.metrics, isWell: () => true };
  const metrics = await openMetrics(config, answers).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  const settings = concurrency === undefined ? {} : { concurrency };
  if (options.withWorker) {
    worker = superviseWorker({ store, settings, onExit: (message) => log.warn(message) });
  }
  try {
    await Promise.race([worker?.ready, aborted(stop)]);
    if (!stop.aborted) printLine(`Maskloom is ready: ${server.url}`);
    await aborted(stop);
  } finally {
    await Promise.all([server.close(), worker?.stop(WORKER_GRACE_MS), metrics.close()]);
  }
}
