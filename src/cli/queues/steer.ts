import { QueueName } from "../../contracts/actions.ts";
import { parseAs } from "../../errors.ts";
import { steerQueue } from "../../runs/actions/steer.ts";
import { withStore } from "../keys/with-store.ts";
import { LOCAL_ACTOR, warnWithoutWorkers } from "../runs/local-actor.ts";
import { printLine } from "../terminal.ts";

const SAID = { pause: "paused", resume: "goes on" } as const;

export async function steerQueues(names: readonly string[], action: keyof typeof SAID): Promise<void> {
  const queues = [...new Set(names)].map((name) => parseAs(QueueName, name, `queue ${name}`));
  await withStore(async (store) => {
    for (const queue of queues) {
      await steerQueue(store, LOCAL_ACTOR, queue, action);
      printLine(`${queue}: ${SAID[action]}`);
    }
    if (action === "resume") await warnWithoutWorkers(store);
  });
}
