import type { Event } from "../contracts/run.ts";
import { throughOutages } from "../store/connection-loss.ts";
import { currentCursor, type EventFilter, readEvents } from "../store/events.ts";
import type { Store } from "../store/store.ts";

const PAGE = 500;
/** A wake-up may be lost; then the log is read after this time. */
const POLL_MS = 500;
/** Whoever hears of nothing goes past what was others' so often. */
const PASS_MS = 5_000;

/**
 * Events after the cursor as they come, none left out and none twice, until `signal` aborts. A reader that stops knows
 * where to go on: each event carries its cursor.
 * @param passMs for so long what is others' is read over; without an end to it, each look of a quiet owner would read all
 * that loud ones did since
 */
export async function* followEvents(
  store: Store,
  filter: EventFilter,
  after: string,
  signal: AbortSignal,
  passMs = PASS_MS,
): AsyncGenerator<Event> {
  let cursor = after;
  let passDue = performance.now() + passMs;
  let woken = false;
  let wake = () => undefined;
  const stopListening = store.wakeUps.on("events", () => {
    woken = true;
    wake();
  });
  try {
    while (!signal.aborted) {
      woken = false;
      const isDue = performance.now() >= passDue;
      const look = async () => {
        /* Taken before the page is read: what had committed by then is on it. */
        const passed = isDue ? await currentCursor(store.db) : null;
        return { passed, page: await readEvents(store.db, cursor, filter, PAGE) };
      };
      const { passed, page } = await throughOutages(look, { signal });
      yield* page.events;
      if (isDue) passDue = performance.now() + passMs;
      cursor = page.events.length === 0 ? (passed ?? page.cursor) : page.cursor;
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
