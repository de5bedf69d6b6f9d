import { ExponentialBackoff, handleWhen, retry } from "cockatiel";
import { MaskloomError } from "../errors.ts";
import { throughOutages } from "../store/connection-loss.ts";
import {
  comesAfter,
  currentCursor,
  type EventFilter,
  type EventRange,
  type OwnedEvent,
  readOwnedEvents,
} from "../store/events.ts";
import type { Store } from "../store/store.ts";
import { commonFilter } from "./event-filter.ts";
import { createEventSeat, type EventSeat, type HeldSeat } from "./event-seat.ts";

/** The log as its readers need it. */
export interface EventLog {
  /** The cursor of this moment. */
  now(): Promise<string>;
  /** A page at the most; one that is not full is all that there is of the range. */
  read(range: EventRange, filter: EventFilter): Promise<readonly OwnedEvent[]>;
  /** Events in a page. */
  readonly page: number;
  /** @returns what stops telling */
  onGrown(listener: () => void): () => void;
}

/** The one reader of a process: however many follow events, what is new is read once. */
export interface EventFeed {
  readonly log: EventLog;
  join(filter: EventFilter): EventSeat;
}

export interface FeedPatience {
  /** A wake-up may be lost; then the log is read after this time. */
  readonly pollMs: number;
  /**
   * For so long what nobody here wants is read over; without an end to it, each look where all who follow are quiet would read
   * all that loud ones did since.
   */
  readonly passMs: number;
  /**
   * After a look that failed, such as by a statement's time limit; longer after each. A connection that is lost is waited for in
   * any case. All who follow would else come back at once.
   */
  readonly retryMs: number;
  /** Events that may wait for one who follows: they are the newest ones, and the same objects for all. */
  readonly mostWaiting: number;
}

const PAGE = 500;
const RETRIES = 4;
const PATIENCE: FeedPatience = { pollMs: 500, passMs: 5_000, retryMs: 250, mostWaiting: 2_000 };

export const eventLogOf = ({ db, wakeUps }: Pick<Store, "db" | "wakeUps">): EventLog => ({
  now: () => currentCursor(db),
  read: (range, filter) => readOwnedEvents(db, range, filter, PAGE),
  page: PAGE,
  onGrown: (listener) => wakeUps.on("events", listener),
});

/** It reads only while somebody follows. */
export function createEventFeed(log: EventLog, patience: Partial<FeedPatience> = {}): EventFeed {
  const settings = { ...PATIENCE, ...patience };
  let reader: Reader | undefined;
  return {
    log,
    join(filter) {
      reader = reader?.isOver() === false ? reader : startReader(log, settings);
      return reader.join(filter);
    },
  };
}

interface Reader {
  join(filter: EventFilter): EventSeat;
  isOver(): boolean;
}

/** Reads from this moment on, until the last one has left. */
function startReader(log: EventLog, { pollMs, passMs, retryMs, mostWaiting }: FeedPatience): Reader {
  const seats = new Set<HeldSeat>();
  /* They came while a page was being read that may be without what they want: they hear what comes after it. */
  const arriving = new Set<HeldSeat>();
  const ending = new AbortController();
  const bell = createBell(log, pollMs);
  const end = () => {
    ending.abort();
    bell.stop();
  };
  const onGone = (seat: HeldSeat) => {
    seats.delete(seat);
    arriving.delete(seat);
    if (seats.size + arriving.size === 0) end();
  };
  const seatAt = (position: string) => {
    for (const seat of arriving) {
      seats.add(seat);
      seat.begin(position);
    }
    arriving.clear();
  };

  const patience = retry(
    handleWhen(() => !ending.signal.aborted),
    {
      maxAttempts: RETRIES,
      backoff: new ExponentialBackoff({ initialDelay: retryMs, maxDelay: 16 * retryMs }),
    },
  );
  const readOn = async () => {
    let position = await throughOutages(log.now, { signal: ending.signal });
    let passDue = performance.now() + passMs;
    while (!ending.signal.aborted) {
      seatAt(position);
      bell.heard();
      const isDue = performance.now() >= passDue;
      const filter = commonFilter([...seats].map((seat) => seat.filter));
      const look = async () => {
        /* Taken before the page is read: what had committed by then is on it. */
        const passed = isDue ? await log.now() : null;
        return { passed, events: await log.read({ after: position }, filter) };
      };
      const { passed, events } = await patience.execute(
        () => throughOutages(look, { signal: ending.signal }),
        ending.signal,
      );
      if (passed !== null && comesAfter(position, passed)) throw logWentBack();
      if (isDue) passDue = performance.now() + passMs;
      position = events.at(-1)?.event.cursor ?? passed ?? position;
      for (const seat of seats) seat.tell(events);
      if (events.length < log.page) await bell.rung();
    }
  };
  readOn().catch((error: unknown) => {
    end();
    for (const seat of [...seats, ...arriving]) seat.fail(error);
  });

  return {
    isOver: () => ending.signal.aborted,
    join(filter) {
      const seat = createEventSeat(filter, mostWaiting, onGone);
      arriving.add(seat);
      bell.ring();
      return seat;
    },
  };
}

/** A backup was put in the place of the database: whoever comes back with a cursor is told where it stands now. */
function logWentBack(): MaskloomError {
  const message = "the database was restored to an earlier time; connect again, and load anew what you show";
  return new MaskloomError("ENGINE_UNAVAILABLE", message, { retryAfterSeconds: 1 });
}

/** What wakes the reader: the log has grown, somebody came, or it is time. */
function createBell(log: EventLog, pollMs: number) {
  let isRung = false;
  let isStopped = false;
  let wake: () => void = () => undefined;
  const ring = () => {
    isRung = true;
    wake();
  };
  const stopListening = log.onGrown(ring);
  return {
    ring,
    /** What rang before is seen by the look that follows. */
    heard() {
      isRung = false;
    },
    async rung(): Promise<void> {
      if (isRung || isStopped) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = () => undefined;
    },
    stop() {
      isStopped = true;
      stopListening();
      wake();
    },
  };
}
