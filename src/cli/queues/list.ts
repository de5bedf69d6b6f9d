import process from "node:process";
import { readConfig } from "../../config/config.ts";
import { withLimits } from "../../runs/actions/queue-limits.ts";
import { listKnownQueues } from "../../runs/actions/steer.ts";
import type { QueueState } from "../../store/queue-list.ts";
import { withStore } from "../keys/with-store.ts";
import { formatTable, paint, printJson, printLine } from "../terminal.ts";

export async function listQueues({ json }: { readonly json?: true }): Promise<void> {
  const queues = await withStore(listKnownQueues);
  if (json) {
    const config = readConfig();
    return printJson({ queues: queues.map((queue) => withLimits(queue, config)) });
  }
  const heading = [
    "queue",
    "state",
    "waiting",
    "delayed",
    "held",
    "running",
    "workers",
    "longest wait",
    "a minute",
    "failed",
  ];
  const [first = "", ...rest] = formatTable([heading, ...queues.map(rowOf)]).split("\n");
  printLine([paint("bold", first, process.stdout), ...rest].join("\n"));
}

/** `delayed` = due later; `held` = of paused batches. */
function rowOf({ queue, paused, waiting, delayed, waitingPaused, running, ...rest }: QueueState): string[] {
  const { workers, oldestWaitSeconds, recent } = rest;
  return [
    queue,
    paused ? "paused" : workers === 0 ? "no worker" : "open",
    String(waiting),
    String(delayed),
    String(waitingPaused),
    String(running),
    String(workers),
    oldestWaitSeconds === null ? "" : `${Math.round(oldestWaitSeconds)} s`,
    recent.perMinute.toFixed(recent.perMinute < 10 ? 1 : 0),
    recent.failureRate === null ? "" : `${(recent.failureRate * 100).toFixed(1)} %`,
  ];
}
