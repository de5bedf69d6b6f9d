import { z } from "zod";
import { parseAs } from "../../errors.ts";
import type { Actor } from "../../runs/actions/actor.ts";
import { listKnownQueues } from "../../runs/actions/steer.ts";
import { LOCAL_OWNER } from "../../store/owners.ts";
import type { Store } from "../../store/store.ts";
import { sayWarning } from "../terminal.ts";

/** Whoever has the command line has what is the local owner's. */
export const LOCAL_ACTOR: Actor = { owner: LOCAL_OWNER, via: "cli", key: null };

const Uuid = z.uuid("expected a UUID, as `maskloom runs list` shows them");

/** @throws INPUT_INVALID naming the argument, before anything is done */
export function parseUuid<Id extends z.ZodType>(schema: Id, name: string, what: string): z.output<Id> {
  parseAs(Uuid, name, what);
  return parseAs(schema, name, what);
}

/** Begun again, but nobody is there to do it: that is said, since nothing would happen. */
export async function warnWithoutWorkers(store: Store): Promise<void> {
  const queues = await listKnownQueues(store);
  const stuck = queues
    .filter(({ waiting, workers }) => waiting > 0 && workers === 0)
    .map(({ queue }) => queue);
  if (stuck.length > 0) sayWarning(`no worker serves ${stuck.join(", ")} now; \`maskloom up\` starts one`);
  const paused = queues.filter((queue) => queue.paused && queue.waiting > 0).map(({ queue }) => queue);
  if (paused.length > 0)
    sayWarning(`${paused.join(", ")} is paused, and hands nothing out until it is resumed`);
}
