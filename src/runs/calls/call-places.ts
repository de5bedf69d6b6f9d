import { setTimeout as sleep } from "node:timers/promises";
import type { ProviderSettings } from "../../config/provider-settings.ts";
import type { RemoteKind } from "../../contracts/provider.ts";
import { type InstanceLoad, rankInstances } from "../../engine/rank-instances.ts";
import { MaskloomError } from "../../errors.ts";
import { readGroupQueue, readInstanceLoads } from "../../store/instance-loads.ts";
import type { Store } from "../../store/store.ts";
import type { CallSlots } from "./call-slots.ts";

/** An instance that can make a call, and what it calls the model. */
export interface CallPlace {
  readonly settings: ProviderSettings;
  readonly model: string;
}

/** What loading another checkpoint takes; the API has its models somewhere of its own. */
const CHANGE_MS: Readonly<Record<RemoteKind, number>> = { a1111: 10_000, comfyui: 10_000, runware: 0 };
const FIRST_LOOK_MS = 50;
const LONGEST_LOOK_MS = 1_000;

/** A free slot at the instance that is best for the call, and what gives it back. */
interface Taken<Place> {
  readonly place: Place;
  readonly give: () => Promise<void>;
}

/**
 * Waits for a slot at one of several instances: at the one that is done with the call first.
 * @param group what the tasks call them together
 * @param avoided those that the call was tried at in vain
 * @returns null where only avoided ones are left
 * @throws PROVIDER_UNAVAILABLE while all are given a rest; the signal's reason
 */
export async function takePlace<Place extends CallPlace>(
  { db }: Pick<Store, "db">,
  slots: Pick<CallSlots, "tryTake">,
  group: string,
  places: readonly Place[],
  avoided: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Taken<Place> | null> {
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(LONGEST_LOOK_MS, wait * 1.5)) {
    signal.throwIfAborted();
    const { loads, ranked } = await look(db, group, places);
    const restMs = Math.min(...loads.map((load) => load.restMs));
    if (restMs > 0) throw allRest(group, restMs);
    const left = ranked.filter(({ id }) => !avoided.has(id));
    if (left.length === 0 && avoided.size > 0) return null;
    for (const { id, isFree } of left) {
      const place = places.find(({ settings }) => settings.id === id);
      const give = place === undefined ? null : await slots.tryTake(id, place.settings.concurrency);
      if (place !== undefined && give !== null) return { place, give };
      /* It is worth more to wait for this one than to take the next. */
      if (!isFree) break;
    }
    await sleep(wait / 2 + (wait / 2) * Math.random(), undefined, { signal });
  }
}

/** What is known of instances before their calls are asked. */
export function configuredLoads(instances: readonly ProviderSettings[]) {
  return instances.map(({ id, concurrency, spillMs, timeoutMs }) => ({
    id,
    slots: concurrency,
    spillMs: spillMs ?? null,
    timeoutMs,
  }));
}

async function look(db: Store["db"], group: string, places: readonly CallPlace[]) {
  const configured = configuredLoads(places.map(({ settings }) => settings));
  const [first] = places;
  if (first === undefined) throw new MaskloomError("INTERNAL", `provider ${group}: no instance for a call`);
  const { model } = first;
  /* The same file may be called otherwise at each of them. */
  const isLoaded = ({ id, lastModel }: InstanceLoad) =>
    places.some(({ settings, model: there }) => settings.id === id && there === lastModel);
  const loads = (await readInstanceLoads(db, configured)).map((load) =>
    isLoaded(load) ? { ...load, lastModel: model } : load,
  );
  const queue = await readGroupQueue(
    db,
    group,
    configured.map(({ id }) => id),
  );
  const changeMs = CHANGE_MS[first.settings.kind];
  return { loads, ranked: rankInstances(model, loads, { ...queue, changeMs }) };
}

/** @param restMs until the first of them is tried again */
function allRest(group: string, restMs: number): MaskloomError {
  const seconds = Math.ceil(restMs / 1000);
  return new MaskloomError(
    "PROVIDER_UNAVAILABLE",
    `provider ${group}: each of its instances failed again and again and is given a rest, the first for ${seconds} s more`,
    { retryAfterSeconds: seconds },
  );
}
