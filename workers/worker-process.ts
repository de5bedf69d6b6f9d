import { randomUUID } from "node:crypto";
import { availableParallelism, hostname } from "node:os";
import process from "node:process";
import { readConfig } from "../src/config/config.ts";
import { type Detector, openDetector } from "../src/detection/detector.ts";
import { detectorModelKey } from "../src/detection/model-key.ts";
import { MaskloomError, toErrorRecord } from "../src/errors.ts";
import type { Inpainter } from "../src/inpainting/inpainter.ts";
import type { RemoteProvider } from "../src/inpainting/providers/provider-instance.ts";
import { createInpainter, inpainterVersion } from "../src/inpainting/providers/registry.ts";
import type { RemoteProviders } from "../src/inpainting/providers/remote-providers.ts";
import type { Logger } from "../src/logging/log.ts";
import { createRegistry } from "../src/metrics/registry.ts";
import { createTaskMetrics } from "../src/metrics/task-metrics.ts";
import { tellParent } from "../src/metrics/tell-parent.ts";
import { createInferencePool, type InferencePool } from "../src/onnx/inference-pool.ts";
import { packageVersion } from "../src/package-version.ts";
import { readWebhookSecret } from "../src/runs/api/webhook.ts";
import { type CallDesk, createCallDesk } from "../src/runs/calls/call-desk.ts";
import type { Garbage } from "../src/runs/collect/collect-garbage.ts";
import { startCollecting } from "../src/runs/collect/keep-collecting.ts";
import { startNotifying } from "../src/runs/notify/keep-notifying.ts";
import { openProcessLog } from "../src/runs/process-log.ts";
import { servedQueues } from "../src/runs/served-queues.ts";
import { openServices, type Services } from "../src/runs/services.ts";
import type { Spent } from "../src/store/calls.ts";
import { keepLeading } from "../src/store/leadership.ts";
import { openTracing } from "../src/tracing/open-tracing.ts";
import { createDecodedImages } from "./decoded-images.ts";
import { listenForEnd, REPLACE_ME } from "./end-of-process.ts";
import { createExecutor } from "./execute-task.ts";
import { startDelivering } from "./keep-delivering.ts";
import { startLifeSigns } from "./life-signs.ts";
import { observeCalls } from "./observe-calls.ts";
import { observeTasks } from "./observe-tasks.ts";
import { recordAttempts } from "./records/record-attempt.ts";
import { keepRecords } from "./records/record-keeper.ts";
import { createTaskRecords } from "./records/task-record.ts";
import type { TaskServices, WorkerServices } from "./tasks/task-services.ts";
import { startWorker } from "./worker.ts";

/** The life of a worker process: open, work until it is asked to end or has grown too large, finish, close. */
export async function runWorkerProcess(): Promise<void> {
  const id = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  try {
    const config = readConfig();
    const end = listenForEnd(config.worker.mostMemoryBytes);
    const log = openProcessLog(config).child({ worker: id });
    const onError = (error: unknown) => log.error(error);
    const tracing = await openTracing(config, "maskloom-worker");
    const services = await openServices(config, onError);
    const close = await startWork(services, id, log);
    process.send?.({ type: "ready", worker: id });
    const { memoryBytes } = await end.asked;
    if (memoryBytes !== null) {
      process.exitCode = REPLACE_ME;
      process.send?.({ type: "full", memoryBytes });
    }
    await close();
    await services.close();
    await tracing.stop();
    end.leave();
  } catch (error) {
    await tellFailure(error);
    throw error;
  }
}

/** Whoever started the process says what was foreseen, and says it once; only the rest needs a stack. */
async function tellFailure(error: unknown): Promise<void> {
  const failure = toErrorRecord(error);
  const told = await new Promise<boolean>((resolve) => {
    if (process.send === undefined) return resolve(false);
    process.send({ type: "failed", ...failure }, (unsent: Error | null) => resolve(unsent === null));
  });
  if (told && failure.code !== "INTERNAL") process.exit(1);
}

async function startWork(services: Services, id: string, log: Logger): Promise<() => Promise<void>> {
  const onError = (error: unknown) => log.error(error);
  const { store, queues, config } = services;
  const pool = createInferencePool({
    ...config.inference,
    cacheFolder: config.models.folder,
    onWarning: (message) => log.warn(message),
  });
  const { queues: wanted, concurrency = availableParallelism(), graceMs } = config.worker;
  const atOnce = servedQueues(wanted, concurrency, [
    ...services.models.providers.all,
    ...services.models.providers.groups,
  ]);
  let tellCircuits: () => void = () => undefined;
  const records = createTaskRecords(keepRecords(store), { runs: config.pictures.recordedRuns, log, onError });
  const stopping = new AbortController();
  const inpainters = new Map<string, Promise<Inpainter>>();
  const registry = createRegistry("worker");
  tellParent(registry);
  const metrics = createTaskMetrics(registry);
  const onSpent = ({ provider, usd }: Spent) => metrics.spent(provider, usd);
  const calls = createCallDesk(store, { onCircuits: () => tellCircuits(), onSpent });
  const taskServices = workerServices(services, pool, inpainters, observeCalls(calls, metrics));
  if ("masking" in atOnce) await warmUp(config.inference.warmUp, taskServices, pool, onError);
  const worker = await startWorker({
    id,
    store,
    queues,
    concurrency: atOnce,
    execute: observeTasks(recordAttempts(records, createExecutor(store, taskServices)), { metrics, log }),
    onError: (error, taskUUID) => log.error({ err: error, taskUUID }),
  });
  let workers = 1;
  const lead = () => {
    const delivering = startDelivering(store, queues, { onError, onSpent, providers: config.providers });
    const onCollected = (garbage: Garbage) => log.info(garbage, "unused pictures were removed");
    const collecting = startCollecting(services, { onError, onCollected });
    const notifying = startNotifying(services, { onError });
    return {
      stop: async () => {
        await Promise.all([delivering.stop(), collecting.stop(), notifying.stop()]);
      },
    };
  };
  const leading = keepLeading(store.connection, store.schema, stopping.signal, lead, () => workers);
  const self = { id, host: hostname(), pid: process.pid, version: packageVersion(), concurrency: atOnce };
  const lifeSigns = startLifeSigns(store, self, onError, {
    openCircuits: calls.openCircuits,
    onSeen(count) {
      workers = count;
      store.wakeUps.tellWorkers(count);
    },
  });
  tellCircuits = lifeSigns.tell;
  await lifeSigns.first;
  return async () => {
    lifeSigns.drain();
    await worker.close(graceMs);
    await records.close();
    stopping.abort();
    await leading;
    for (const inpainter of inpainters.values()) await (await inpainter).close?.();
    await calls.close();
    await pool.close();
    await lifeSigns.end();
  };
}

function workerServices(
  services: Services,
  pool: InferencePool,
  inpainters: Map<string, Promise<Inpainter>>,
  calls: CallDesk,
): WorkerServices {
  const { store, models, config } = services;
  const detectors = new Map<string, Promise<Detector>>();
  return {
    artifacts: services.artifacts,
    images: createDecodedImages(services.artifacts, config.limits),
    limits: config.limits,
    async detector(model) {
      const manifest = await models.findReady(model);
      // By content, not by name: a model of the user's may be replaced while this process lives.
      return once(detectors, detectorModelKey(manifest), () => openDetector(manifest, pool, models));
    },
    async inpainter(model) {
      const manifest = await models.findReadyInpainter(model);
      return once(inpainters, inpainterVersion(manifest), () => createInpainter(model, { pool, models }));
    },
    remote: (provider) => remoteProvider(models.providers, provider),
    calls,
    outside: services.outside,
    pictures: services.pictures,
    webhookSecret: () => readWebhookSecret(store, config.api.webhookSecret),
  };
}

/** Loads models before the first task asks for them; one that cannot be loaded will say so to that task again. */
async function warmUp(
  models: readonly string[],
  { detector }: Pick<TaskServices, "detector">,
  pool: InferencePool,
  onError: (error: unknown) => void,
): Promise<void> {
  await Promise.all(models.map((model) => detector(model).catch(onError)));
  await pool.warmUp().catch(onError);
}

/** @throws PROVIDER_UNAVAILABLE for one that was configured when the batch began, and is not here */
function remoteProvider({ find }: RemoteProviders, provider: string | null): RemoteProvider | null {
  if (provider === null || provider === "local") return null;
  const found = find(provider);
  if (found !== undefined) return found;
  throw new MaskloomError(
    "PROVIDER_UNAVAILABLE",
    `provider ${provider}: this worker's configuration does not have it`,
  );
}

/** What is slow to make is made once, and made again if that failed. */
function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = made.get(key);
  if (known !== undefined) return known;
  const making = make();
  making.catch(() => made.delete(key));
  made.set(key, making);
  return making;
}
