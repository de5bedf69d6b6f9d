import { readConfig } from "../../src/config/config.ts";
import { openQueues } from "../../src/queue/open-queues.ts";
import { deliveryId } from "../../src/queue/task-queues.ts";
import { openDatabase } from "../../src/store/postgres/database.ts";

/* A process that takes deliveries, says so, and never finishes one: to be killed. */

const [queue = "", lockMs = ""] = process.argv.slice(2);
const report = (error: unknown) => process.stderr.write(`${String(error)}\n`);
const config = readConfig();
const connection = config.queue.redis === undefined ? (await openDatabase(config)).connection : {};
const queues = await openQueues(config, connection, report);
await queues.consume(queue, {
  concurrency: 1,
  lockMs: Number(lockMs),
  onError: report,
  onDelivery: (delivery) => {
    process.stdout.write(`${deliveryId(delivery)}\n`);
    return new Promise(() => {});
  },
});
