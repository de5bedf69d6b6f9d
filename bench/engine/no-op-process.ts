import { hostname } from "node:os";
import process from "node:process";
import { readConfig } from "../../src/config/config.ts";
import { openServices } from "../../src/runs/services.ts";
import { keepLeading } from "../../src/store/leadership.ts";
import { startLifeSigns } from "../../workers/life-signs.ts";
import { startNoOpWorker } from "./no-op-runs.ts";

/* A worker process of the bench of workers: like a real one, but for the work. Ends with its parent. */

const onError = (error: unknown) => {
  throw error;
};
const concurrency = Number(process.argv[2]);
const services = await openServices(readConfig(), onError);
const { store } = services;
const id = `bench-${process.pid}`;
const worker = await startNoOpWorker(services, id, concurrency);
let workers = 1;
const stopping = new AbortController();
/* It asks whether it leads, as a real one does; its parent hands out. */
const nothing = { stop: async () => undefined };
const leading = keepLeading(
  store.connection,
  store.schema,
  stopping.signal,
  () => nothing,
  () => workers,
);
const self = {
  id,
  host: hostname(),
  pid: process.pid,
  version: "bench",
  concurrency: { masking: concurrency },
};
const lifeSigns = startLifeSigns(store, self, onError, {
  onSeen(count) {
    workers = count;
    store.wakeUps.tellWorkers(count);
  },
});
await lifeSigns.first;
process.send?.("ready");
process.once("disconnect", async () => {
  await worker.close(0);
  stopping.abort();
  await leading;
  await lifeSigns.end();
  await services.close();
});
