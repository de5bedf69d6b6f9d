import { BatchUUID } from "../../contracts/ids.ts";
import { prioritizeBatch } from "../../runs/actions/steer.ts";
import { withStore } from "../keys/with-store.ts";
import { LOCAL_ACTOR, parseUuid } from "../runs/local-actor.ts";
import { printLine } from "../terminal.ts";

export async function setPriority(name: string, priority: number): Promise<void> {
  const batchUUID = parseUuid(BatchUUID, name, "batch");
  await withStore((store) => prioritizeBatch(store, LOCAL_ACTOR, batchUUID, priority));
  printLine(`${batchUUID}: ${priority}`);
}
