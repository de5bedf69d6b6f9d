import type { Event } from "../contracts/run.ts";
import { throughOutages } from "../store/connection-loss.ts";
import { type EventFilter, readEvents } from "../store/events.ts";
import type { Store } from "../store/store.ts";

const PAGE = 500;
/** A wake-up may be lost; then the log is read after this time. */
const POLL_MS = 500;

/**
 * Events after the cursor as they come, none left out and none twice, until `signal` aborts. A reader that stops knows
 * where to go on: each event carries its cursor.
 */
export async function* followEvents(
  store: Store,
  filter: EventFilter,
  after: string,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  let cursor = after;
  let woken = false;
  let wake = () => undefined;
  const stopListening = store.wakeUps.on("events", () => {
    woken = true;
    wake();
  });
  try {
    while (!signal.aborted) {
      woken = false;
      const page = await throughOutages(() => readEvents(store.db, cursor, filter, PAGE), { signal });
      yield* page.events;
      cursor = page.cursor;
      if (page.events.length === PAGE || woken || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MS);
        wake = () => {
          clearTimeout(timer);
          resolve();
          return undefined;
        };
        signal.addEventListener("abort", wake, { once: true });
      });
      signal.removeEventListener("abort", wake);
    }
  } finally {
    stopListening();
  }
}
