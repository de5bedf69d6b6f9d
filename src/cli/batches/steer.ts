import { BatchUUID } from "../../contracts/ids.ts";
import { steerBatch } from "../../runs/actions/steer.ts";
import { withStore } from "../keys/with-store.ts";
import { LOCAL_ACTOR, parseUuid, warnWithoutWorkers } from "../runs/local-actor.ts";
import { printLine } from "../terminal.ts";

const SAID = { pause: "paused", resume: "goes on" } as const;

export async function steerBatches(names: readonly string[], action: keyof typeof SAID): Promise<void> {
  const uuids = [...new Set(names)].map((name) => parseUuid(BatchUUID, name, "batch"));
  await withStore(async (store) => {
    for (const uuid of uuids) {
      await steerBatch(store, LOCAL_ACTOR, uuid, action);
      printLine(`${uuid}: ${SAID[action]}`);
    }
    if (action === "resume") await warnWithoutWorkers(store);
  });
}
