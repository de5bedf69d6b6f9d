import { hostname } from "node:os";
import type { Services } from "../runs/services.ts";
import { forgetAllDeliveries, listWorkers } from "../store/dead-workers.ts";
import { isRunning } from "../store/is-running.ts";
import { endLeasesOf } from "../store/leases.ts";

/**
 * After a kill -9 of everything nobody has told the database. What the dead workers of this machine held, and what lies in
 * the queue for them, need not wait until leases and locks run out. With an outside database the same host and number may
 * be a process in another container, so there they run out.
 */
export async function recoverDeadWorkers({
  config,
  store,
}: Pick<Services, "config" | "store">): Promise<void> {
  if (config.database.url !== undefined) return;
  const workers = await listWorkers(store.db);
  const dead = workers.filter(({ host, pid }) => host === hostname() && !isRunning(pid));
  if (dead.length === 0) return;
  for (const { id } of dead) await endLeasesOf(store.db, id);
  if (dead.length === workers.length) await forgetAllDeliveries(store.db);
  store.wakeUps.notify("ready");
}
