import { RunUUID, TaskUUID } from "../../contracts/ids.ts";
import { retryRun, retryTask } from "../../runs/actions/retry.ts";
import { findTaskPlace } from "../../store/run-places.ts";
import { withStore } from "../keys/with-store.ts";
import { printLine } from "../terminal.ts";
import { LOCAL_ACTOR, parseUuid, warnWithoutWorkers } from "./local-actor.ts";

export async function retryRuns(names: readonly string[]): Promise<void> {
  const uuids = [...new Set(names)].map((name) => parseUuid(TaskUUID, name, "run"));
  await withStore(async (store) => {
    for (const uuid of uuids) {
      const isTask = (await findTaskPlace(store.db, LOCAL_ACTOR.owner, uuid)) !== null;
      if (isTask) await retryTask(store, LOCAL_ACTOR, uuid);
      else await retryRun(store, LOCAL_ACTOR, parseUuid(RunUUID, uuid, "run"));
      printLine(`${uuid}: begun again`);
    }
    await warnWithoutWorkers(store);
  });
}
