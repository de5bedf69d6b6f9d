import { BatchUUID } from "../../contracts/ids.ts";
import { cancelBatch } from "../../runs/actions/cancel.ts";
import { withStore } from "../keys/with-store.ts";
import { LOCAL_ACTOR, parseUuid } from "../runs/local-actor.ts";
import { printLine } from "../terminal.ts";

export async function cancelBatches(names: readonly string[]): Promise<void> {
  const uuids = [...new Set(names)].map((name) => parseUuid(BatchUUID, name, "batch"));
  await withStore(async (store) => {
    for (const uuid of uuids) {
      await cancelBatch(store, LOCAL_ACTOR, uuid);
      printLine(`${uuid}: cancelled`);
    }
  });
}
