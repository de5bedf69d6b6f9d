import process from "node:process";
import { readConfig } from "../../src/config/config.ts";
import { openServices } from "../../src/runs/services.ts";
import { startNoOpWorker } from "./no-op-runs.ts";

/* A worker process of the bench of workers: like a real one, but for the work. Ends with its parent. */

const services = await openServices(readConfig(), (error) => {
  throw error;
});
const worker = await startNoOpWorker(services, `bench-${process.pid}`, Number(process.argv[2]));
process.send?.("ready");
process.once("disconnect", async () => {
  await worker.close(0);
  await services.close();
});
