import type { ProviderSettings } from "../src/config/provider-settings.ts";
import { startDispatcher } from "../src/queue/dispatcher.ts";
import { startLoop } from "../src/queue/loop.ts";
import { startSweeper } from "../src/queue/sweeper.ts";
import type { TaskQueues } from "../src/queue/task-queues.ts";
import { parkLeftovers, releaseHeld } from "../src/runs/calls/release-held.ts";
import { spillOver } from "../src/runs/calls/spill-over.ts";
import { timeOutReviews } from "../src/runs/review/time-out.ts";
import type { Spent } from "../src/store/calls.ts";
import { findStaleDeliveries, forgetDeliveries, takeReady } from "../src/store/deliveries.ts";
import { endBatches } from "../src/store/end-batches.ts";
import { releaseFollowers } from "../src/store/followers.ts";
import { forgetSilentWorkers } from "../src/store/living-workers.ts";
import { sweepPreviews } from "../src/store/previews.ts";
import type { Store } from "../src/store/store.ts";
import { sweepAbandoned, sweepExpiredLeases } from "../src/store/sweep.ts";

export interface DeliveryOptions {
  readonly onError: (error: unknown) => void;
  readonly perGroup?: number;
  readonly dispatchPollMs?: number;
  readonly sweepPollMs?: number;
  /** A delivery that nobody has leased after this time is looked for in the queue. */
  readonly staleAfterMs?: number;
  /** Of the configured providers: what their budgets held goes on where there is room. */
  readonly providers?: readonly ProviderSettings[];
  /** A call whose task is over was left to a person: what it may have come to. */
  readonly onSpent?: (spent: Spent) => void;
}

const STALE_AT_ONCE = 500;
/** Runs end by the hundred in a second; their batches may do so a moment later. */
const REST_MS = 200;

/** The leader's work, bound to store and queues: dispatcher, sweeper, and the ends of batches. */
export function startDelivering(store: Store, queues: TaskQueues, options: DeliveryOptions) {
  const {
    onError,
    perGroup = 128,
    dispatchPollMs = 500,
    sweepPollMs = 2_000,
    staleAfterMs = 15_000,
    providers = [],
    onSpent = () => undefined,
  } = options;
  const dispatcher = startDispatcher(
    { take: (most, horizonMs) => takeReady(store.db, most, horizonMs) },
    queues,
    { perGroup, pollMs: dispatchPollMs, onError },
  );
  const sweeper = startSweeper(
    {
      sweepLeases: async () =>
        (await sweepExpiredLeases(store.db, store.decideFor)) +
        (await timeOutReviews(store)) +
        (await releaseHeld(store, providers)) +
        (await spillOver(store, providers)),
      staleDeliveries: (after) => findStaleDeliveries(store.db, staleAfterMs, STALE_AT_ONCE, after),
      forget: (deliveries) => forgetDeliveries(store.db, deliveries),
      sweepAbandoned: async () => {
        await sweepAbandoned(store.db);
        await sweepPreviews(store.db);
        await forgetSilentWorkers(store.db);
        await parkLeftovers(store, onSpent);
      },
      wake: () => store.wakeUps.notify("ready", "events"),
    },
    queues,
    { pollMs: sweepPollMs, onError },
  );
  /* Apart from the settlements: two workers that end the last two runs at once each still see the other's unfinished. */
  const endFinished = async () => {
    if ((await releaseFollowers(store.db, store.decideFor)) > 0) store.wakeUps.notify("events", "ready");
    if ((await endBatches(store.db, "all")) > 0) store.wakeUps.notify("events");
    return "idle" as const;
  };
  const batchEnder = startLoop(endFinished, { pollMs: sweepPollMs, restMs: REST_MS, onError });
  const listening = [
    store.wakeUps.on("ready", () => dispatcher.wake()),
    store.wakeUps.on("ended", () => batchEnder.wake()),
  ];
  return {
    async stop() {
      for (const stopListening of listening) stopListening();
      await Promise.all([dispatcher.stop(), sweeper.stop(), batchEnder.stop()]);
    },
  };
}
