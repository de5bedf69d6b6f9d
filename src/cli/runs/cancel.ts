import { RunUUID, TaskUUID } from "../../contracts/ids.ts";
import { cancelRun, cancelTask } from "../../runs/actions/cancel.ts";
import { findTaskPlace } from "../../store/run-places.ts";
import { withStore } from "../keys/with-store.ts";
import { printLine } from "../terminal.ts";
import { LOCAL_ACTOR, parseUuid } from "./local-actor.ts";

export async function cancelRuns(names: readonly string[]): Promise<void> {
  const uuids = [...new Set(names)].map((name) => parseUuid(TaskUUID, name, "run"));
  await withStore(async (store) => {
    for (const uuid of uuids) {
      const isTask = (await findTaskPlace(store.db, LOCAL_ACTOR.owner, uuid)) !== null;
      if (isTask) await cancelTask(store, LOCAL_ACTOR, uuid);
      const isCancelled = isTask || (await cancelRun(store, LOCAL_ACTOR, parseUuid(RunUUID, uuid, "run")));
      printLine(`${uuid}: ${isCancelled ? "cancelled" : "had ended already, nothing was cancelled"}`);
    }
  });
}
