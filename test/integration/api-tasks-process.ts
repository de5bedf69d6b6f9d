import process from "node:process";
import { readConfig } from "../../src/config/config.ts";
import { readTask } from "../../src/contracts/wire/read-task.ts";
import { createLogger } from "../../src/logging/log.ts";
import { openTaskService } from "../../src/runs/api/open-task-service.ts";
import { UPLOAD_PATIENCE, WEBHOOK_PATIENCE } from "../../src/runs/api/send-result.ts";
import { openServices } from "../../src/runs/services.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";

/* A server's process without a server: performs the tasks that its parent sends, and lives until it is killed. */

const services = await openServices(readConfig(), () => undefined);
const patience = { webhook: { ...WEBHOOK_PATIENCE, firstMs: 500 }, upload: UPLOAD_PATIENCE };
const service = openTaskService({ ...services, log: createLogger("silent") }, { heldMs: 1_000, patience });
process.on("message", (element) => {
  const read = readTask(element, false);
  if ("error" in read) throw new Error(read.error.message);
  const context = {
    signal: new AbortController().signal,
    baseUrl: "http://localhost:8787",
    dryRun: false,
    strict: false,
  };
  void service.perform(LOCAL_OWNER, read.task, read.request, (answer) => process.send?.(answer), context);
});
process.send?.("ready");
