import type { Event } from "../contracts/run.ts";
import { throughOutages } from "../store/connection-loss.ts";
import { comesAfter, type EventFilter } from "../store/events.ts";
import type { Store } from "../store/store.ts";
import { createEventFeed, type EventFeed, eventLogOf } from "./event-feed.ts";
import { inSmallLetters } from "./event-filter.ts";

/** Whoever follows events of a store in this process shares its reader. */
const feeds = new WeakMap<Store, EventFeed>();

function feedOf(store: Store): EventFeed {
  const feed = feeds.get(store) ?? createEventFeed(eventLogOf(store));
  feeds.set(store, feed);
  return feed;
}

/**
 * Events after the cursor as they come, none left out and none twice, until `signal` aborts. A reader that stops knows
 * where to go on: each event carries its cursor.
 */
export const followEvents = (
  store: Store,
  filter: EventFilter,
  after: string,
  signal: AbortSignal,
): AsyncGenerator<Event> => followFeed(feedOf(store), filter, after, signal);

/**
 * Takes a seat first and then reads by itself what lies between the cursor and the seat's beginning, which is decided for good: so
 * nothing falls between the two, and nothing is in both. Who is too slow for the seat does the same again, at its own pace.
 */
export async function* followFeed(
  { log, join }: EventFeed,
  given: EventFilter,
  after: string,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  const filter = inSmallLetters(given);
  let cursor = after;
  while (!signal.aborted) {
    const seat = join(filter);
    signal.addEventListener("abort", seat.leave, { once: true });
    try {
      const begins = await seat.begins;
      while (begins !== null && !signal.aborted && comesAfter(begins, cursor)) {
        const range = { after: cursor, upTo: begins };
        const events = await throughOutages(() => log.read(range, filter), { signal });
        for (const { event } of events) yield event;
        cursor = (events.length === log.page ? events.at(-1)?.event.cursor : undefined) ?? begins;
      }
      for (let events = await seat.next(); events !== null; events = await seat.next()) {
        for (const event of events) {
          /* Where another server was ahead of this one's reader, the cursor is, too. */
          if (!comesAfter(event.cursor, cursor)) continue;
          yield event;
          cursor = event.cursor;
        }
      }
    } finally {
      signal.removeEventListener("abort", seat.leave);
      seat.leave();
    }
  }
}
