import type { Config } from "../config/config.ts";
import type { Detector } from "../detection/detector.ts";
import { openDetectorElsewhere } from "../runs/detector-elsewhere.ts";
import { openServices } from "../runs/services.ts";
import { LOCAL_OWNER } from "../store/owners.ts";
import type { DetectionOptions } from "./detection-options.ts";
import { listenForInterruption } from "./interruption.ts";
import { recoverDeadWorkers } from "./recover-dead-workers.ts";
import { type SupervisedWorker, superviseWorker } from "./supervise.ts";
import { say, sayError } from "./terminal.ts";

export interface OpenDetector {
  readonly detector: Detector;
  /** Pictures that are worth looking at at a time. */
  readonly atOnce: number;
  close(): Promise<void>;
}

/** A provider's own limit holds besides. */
const AT_ONCE = 8;
const WORKER_GRACE_MS = 8_000;

/**
 * A detector of a provider, with this installation's database for what it costs, and a worker for its calls.
 * @throws MODEL_UNKNOWN, PROVIDER_UNAVAILABLE, ENGINE_UNAVAILABLE
 */
export async function openElsewhere(
  { model, provider }: DetectionOptions,
  config: Config,
): Promise<OpenDetector> {
  const services = await openServices(config, (error) => sayError(error));
  const interruption = listenForInterruption(() =>
    say("stopping; what is asked for already may still cost something"),
  );
  const { signal } = interruption;
  let worker: SupervisedWorker | undefined;
  const end = async (): Promise<void> => {
    await worker?.stop(WORKER_GRACE_MS);
    await services.close();
    interruption.dispose();
  };
  try {
    const detector = await openDetectorElsewhere(services, { owner: LOCAL_OWNER, provider, model });
    await recoverDeadWorkers(services);
    worker = superviseWorker({ store: services.store, onExit: say });
    await worker.ready;
    return {
      detector: {
        ...detector,
        detect: (picture, options) => detector.detect(picture, { ...options, signal }),
      },
      atOnce: AT_ONCE,
      async close() {
        await end();
        const spent = detector.spent();
        if (spent !== null) say(`cost     $${spent.toFixed(4)}`);
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
