import { BatchUUID } from "../../contracts/ids.ts";
import { notThere } from "../../runs/actions/actor.ts";
import { retryFailed } from "../../runs/actions/retry.ts";
import { readBatch } from "../../store/batch-view.ts";
import { withStore } from "../keys/with-store.ts";
import { LOCAL_ACTOR, parseUuid, warnWithoutWorkers } from "../runs/local-actor.ts";
import { printLine, sayWarning } from "../terminal.ts";

export async function retryBatches(names: readonly string[]): Promise<void> {
  const uuids = [...new Set(names)].map((name) => parseUuid(BatchUUID, name, "batch"));
  await withStore(async (store) => {
    for (const uuid of uuids) {
      if ((await readBatch(store.db, LOCAL_ACTOR.owner, uuid)) === null) throw notThere("batch", uuid);
      const { retried, left } = await retryFailed(store, LOCAL_ACTOR, uuid);
      printLine(`${uuid}: ${retried} begun again`);
      if (left > 0)
        sayWarning(`${uuid}: ${left} cannot be, since their pictures were never taken in; submit them again`);
    }
    await warnWithoutWorkers(store);
  });
}
