import { availableParallelism } from "node:os";
import process from "node:process";
import { readConfig } from "../config/config.ts";
import type { WorkerSettings } from "../config/worker-settings.ts";
import { mergeMetrics } from "../metrics/merge.ts";
import { Registry } from "../metrics/registry.ts";
import { openProcessLog } from "../runs/process-log.ts";
import { servedQueues } from "../runs/served-queues.ts";
import { openServices } from "../runs/services.ts";
import { aborted } from "./aborted.ts";
import { EXIT } from "./exit-codes.ts";
import { listenForInterruption } from "./interruption.ts";
import { openMetrics } from "./open-metrics.ts";
import { recoverDeadWorkers } from "./recover-dead-workers.ts";
import { type SupervisedWorker, superviseWorker } from "./supervise.ts";
import { printLine, say } from "./terminal.ts";

interface WorkOptions {
  readonly queues?: readonly string[];
  readonly concurrency?: number;
  readonly graceSeconds?: number;
  readonly maxMemory?: number;
}

/** After its grace period a worker still closes what is open. */
const CLOSING_MS = 5_000;

/** A worker alone, in a process of its own that is started anew when it dies or has grown too large. */
export async function work(options: WorkOptions): Promise<void> {
  const config = readConfig();
  const interruption = listenForInterruption((name) => say(`${name}: finishing; once more ends at once`));
  const log = openProcessLog(config);
  const settings = settingsOf(options, config.worker);
  const services = await openServices(config, (error) => log.error(error));
  try {
    const { concurrency = availableParallelism() } = settings;
    const queues = servedQueues(settings.queues, concurrency, [
      ...services.models.providers.all,
      ...services.models.providers.groups,
    ]);
    await recoverDeadWorkers(services);
    const { store } = services;
    let supervised: SupervisedWorker | null = null;
    const metrics = await openMetrics(config, {
      metrics: async () => mergeMetrics(new Registry(), [(await supervised?.metrics()) ?? []]),
      isWell: () => supervised?.isWorking() ?? false,
    });
    const worker = superviseWorker({ store, settings, onExit: (message) => log.warn(message) });
    supervised = worker;
    try {
      await Promise.race([worker.ready, aborted(interruption.signal)]);
      if (!interruption.signal.aborted) {
        printLine(`Maskloom worker is ready: ${Object.keys(queues).join(", ")}`);
      }
      await aborted(interruption.signal);
    } finally {
      await worker.stop(settings.graceMs + CLOSING_MS);
      await metrics.close();
    }
  } finally {
    await services.close();
    interruption.dispose();
  }
  process.exitCode = EXIT.good;
}

/** What the command line leaves open the configuration says. */
function settingsOf(options: WorkOptions, configured: WorkerSettings): WorkerSettings {
  return {
    queues: options.queues ?? configured.queues,
    concurrency: options.concurrency ?? configured.concurrency,
    graceMs: options.graceSeconds === undefined ? configured.graceMs : options.graceSeconds * 1000,
    mostMemoryBytes: options.maxMemory ?? configured.mostMemoryBytes,
  };
}
