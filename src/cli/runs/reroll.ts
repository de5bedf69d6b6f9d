import { RunUUID, TaskUUID } from "../../contracts/ids.ts";
import { MaskloomError } from "../../errors.ts";
import { rerollRun, rerollTask } from "../../runs/actions/reroll.ts";
import { findTaskPlace } from "../../store/run-places.ts";
import { printLine } from "../terminal.ts";
import { LOCAL_ACTOR, parseUuid, warnWithoutWorkers } from "./local-actor.ts";
import { withServices } from "./with-services.ts";

/** Prints the UUID of the new run. */
export async function reroll(name: string, { from }: { readonly from?: string }): Promise<void> {
  const uuid = parseUuid(TaskUUID, name, "run");
  await withServices(async (services) => {
    const isTask = (await findTaskPlace(services.store.db, LOCAL_ACTOR.owner, uuid)) !== null;
    if (isTask && from !== undefined) {
      throw new MaskloomError(
        "INPUT_INVALID",
        "--from: a task says by itself where to begin; expected a run",
      );
    }
    const made = isTask
      ? await rerollTask(services, LOCAL_ACTOR, uuid)
      : await rerollRun(services, LOCAL_ACTOR, parseUuid(RunUUID, uuid, "run"), from);
    printLine(made);
    await warnWithoutWorkers(services.store);
  });
}
