import { setTimeout as sleep } from "node:timers/promises";
import type { OpenCircuit } from "../../contracts/provider.ts";
import { callRetryMs } from "../../engine/call-retry.ts";
import { type ErrorCode, MaskloomError, toMaskloomError } from "../../errors.ts";
import { findCall, type Spent, takeTurn } from "../../store/calls.ts";
import { requireHeldForGood } from "../../store/leases.ts";
import type { Store } from "../../store/store.ts";
import { createBreakers } from "./breakers.ts";
import type { CallOrder, CallResult, OrderPlace } from "./call-order.ts";
import { type CallPlace, takePlace } from "./call-places.ts";
import { createCallSlots } from "./call-slots.ts";
import { performCall, reserve, takeUp } from "./perform-call.ts";

/** Makes calls to providers: written down before they are sent, paced, limited, and never made twice for the same thing. */
export interface CallDesk {
  /**
   * @throws BUDGET_EXCEEDED where there is no money left for it, CALL_OPEN where it may be under way, CALL_UNCERTAIN where
   * nobody knows whether it was billed, PROVIDER_UNAVAILABLE while the provider is given a rest; what the provider throws
   */
  make<Result>(order: CallOrder<Result>): Promise<CallResult<Result>>;
  /** Providers that this process gives a rest. */
  openCircuits(): readonly OpenCircuit[];
  close(): Promise<void>;
}

interface CallDeskOptions {
  /** A provider's rest has begun or ended. */
  readonly onCircuits: () => void;
  /** A call has ended and is booked. */
  readonly onSpent: (spent: Spent) => void;
}

export function createCallDesk(store: Store, { onCircuits, onSpent }: CallDeskOptions): CallDesk {
  const slots = createCallSlots(store.connection, store.schema);
  const breakers = createBreakers(onCircuits);

  /** @returns null where only instances are left that it was tried at in vain */
  const attempt = async <Result>(
    order: CallOrder<Result>,
    round: Round<Result>,
  ): Promise<CallResult<Result> | null> => {
    const { maker, key, signal, provider } = order;
    const known = await findCall(store.db, maker.taskUUID, key);
    const earlier = await takeUp(known, order);
    if (earlier !== null) return earlier;
    const resumed = known?.state === "sent" ? known : null;
    const callAt = async (place: OrderPlace<Result>) => {
      const { id, requestsPerSecond, paid } = place.settings;
      round.at = place;
      const perform = async () => {
        if (requestsPerSecond !== undefined)
          await sleep(await takeTurn(store.db, id, requestsPerSecond), undefined, { signal });
        const callUUID = resumed?.callUUID ?? (await reserve(store, order, place));
        return performCall(store, order, place, { callUUID, resumed, onSpent });
      };
      /* What may be paid for is asked for during a rest as well: the provider does not remember it for ever. */
      return resumed !== null && paid ? perform() : breakers.within(place.settings, perform);
    };
    if (resumed !== null) {
      /* It may be sent again now, and no row is written that would wait for the disk as a new call's does. */
      await requireHeldForGood(store.db, maker);
      return whileOpen(store, order, async () => {
        const place = placeOf(order, resumed.provider);
        return slots.within(place.settings.id, place.settings.concurrency, signal, () => callAt(place));
      });
    }
    const { places } = order;
    const [only, ...others] = places;
    if (only !== undefined && others.length === 0)
      return slots.within(only.settings.id, only.settings.concurrency, signal, () => callAt(only));
    const taken = await takePlace(store, slots, provider, places, round.avoided, signal);
    return taken === null ? null : callAt(taken.place).finally(taken.give);
  };

  return {
    async make<Result>(order: CallOrder<Result>) {
      const { signal, places } = order;
      for (let tries = 0; ; tries++) {
        const round: Round<Result> = { at: null, avoided: new Set() };
        try {
          return await goRound(places, round, signal, () => attempt(order, round));
        } catch (error) {
          const policy = (round.at ?? places[0])?.settings.retryPolicy;
          const wait = policy && callRetryMs(policy, toMaskloomError(error), tries, Math.random());
          if (wait === undefined || wait === null || signal.aborted) throw error;
          order.onRetry?.(error, wait);
          await sleep(wait, undefined, { signal });
        }
      }
    },
    openCircuits: () => breakers.open(),
    close: () => slots.close(),
  };
}

/** One round through the places of an order. */
interface Round<Result> {
  /** Where it is being tried, or was last. */
  at: OrderPlace<Result> | null;
  /** Ids of those that it was tried at in vain. */
  readonly avoided: Set<string>;
}

/** Once at each place that an order may go to: what certainly cost nothing at one is tried at the next. */
async function goRound<Result>(
  places: readonly unknown[],
  round: Round<Result>,
  signal: AbortSignal,
  attempt: () => Promise<CallResult<Result> | null>,
): Promise<CallResult<Result>> {
  let failure: unknown = null;
  for (;;) {
    round.at = null;
    try {
      const made = await attempt();
      if (made !== null) return made;
    } catch (error) {
      if (round.at === null || !isElsewheres(error) || signal.aborted) throw failure ?? error;
      round.avoided.add(idOf(round.at));
      /* What waits for money may go on sooner where something else is only not there at the moment. */
      if (failure === null || !isHeld(error)) failure = error;
      if (round.avoided.size < places.length) continue;
    }
    throw failure;
  }
}

const idOf = ({ settings }: CallPlace): string => settings.id;

/** Failures that say nothing about the next instance, and cost nothing. */
const ELSEWHERE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "PROVIDER_UNAVAILABLE",
  "MODEL_UNAVAILABLE",
  "BUDGET_EXCEEDED",
]);
const isElsewheres = (error: unknown): boolean => error instanceof MaskloomError && ELSEWHERE.has(error.code);
const isHeld = (error: unknown): boolean =>
  error instanceof MaskloomError && error.code === "BUDGET_EXCEEDED";

/** A provider that cannot be asked for a call says nothing about it: it is as open as it was. */
async function whileOpen<Result>(
  { db }: Store,
  { maker, key }: CallOrder<Result>,
  work: () => Promise<CallResult<Result>>,
): Promise<CallResult<Result>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MaskloomError) || error.code !== "PROVIDER_UNAVAILABLE") throw error;
    const known = await findCall(db, maker.taskUUID, key);
    if (known?.state !== "sent") throw error;
    const { message, retryAfterSeconds } = error;
    const later = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    throw new MaskloomError("CALL_OPEN", message, { cause: error, ...later });
  }
}

/** Whoever has heard of a call is asked for it, and nobody else. */
function placeOf<Result>({ places }: CallOrder<Result>, provider: string): OrderPlace<Result> {
  const place = places.find(({ settings }) => settings.id === provider);
  if (place !== undefined) return place;
  throw new MaskloomError(
    "PROVIDER_UNAVAILABLE",
    `provider ${provider}: a call may be under way there, and this worker's configuration does not have it any more, ` +
      "or it does not have the model any more; bring it back, so that it can be asked",
  );
}
