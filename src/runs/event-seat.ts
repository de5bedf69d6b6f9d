import type { Event } from "../contracts/run.ts";
import type { EventFilter, OwnedEvent } from "../store/events.ts";
import { isWanted } from "./event-filter.ts";

/** One who hears the stream of events that a process reads for all. */
export interface EventSeat {
  /** The cursor after which it hears everything that it wants; null where it left before. */
  readonly begins: Promise<string | null>;
  /** What has come since the last time, as soon as there is something; null once it has left, or so much waited that it was let go. */
  next(): Promise<readonly Event[] | null>;
  leave(): void;
}

/** The reader's side of it. */
export interface HeldSeat extends EventSeat {
  readonly filter: EventFilter;
  begin(cursor: string): void;
  tell(events: readonly OwnedEvent[]): void;
  fail(error: unknown): void;
}

/**
 * @param most events that may wait: who is slower than that is let go, and reads the log by itself up to where it comes back
 * @param onGone it hears nothing any more
 */
export function createEventSeat(
  filter: EventFilter,
  most: number,
  onGone: (seat: HeldSeat) => void,
): HeldSeat {
  let waiting: Event[] = [];
  let isGone = false;
  let failure: { readonly error: unknown } | null = null;
  let wake: () => void = () => undefined;
  let settle: { resolve(cursor: string | null): void; reject(error: unknown): void } | undefined;
  const begins = new Promise<string | null>((resolve, reject) => {
    settle = { resolve, reject };
  });
  begins.catch(() => undefined); // whoever waits for it hears of it
  const go = (left: readonly Event[]) => {
    if (isGone) return;
    isGone = true;
    waiting = [...left];
    settle?.resolve(null);
    wake();
    onGone(seat);
  };
  const seat: HeldSeat = {
    filter,
    begins,
    begin: (cursor) => settle?.resolve(cursor),
    tell(events) {
      if (isGone) return;
      const wanted = events.filter((told) => isWanted(filter, told)).map(({ event }) => event);
      if (wanted.length === 0) return;
      if (waiting.length + wanted.length > most) return go([]);
      waiting.push(...wanted);
      wake();
    },
    fail(error) {
      failure = { error };
      settle?.reject(error);
      go(waiting);
    },
    async next() {
      while (waiting.length === 0 && !isGone) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (waiting.length === 0 && failure !== null) throw failure.error;
      if (waiting.length === 0) return null;
      const told = waiting;
      waiting = [];
      return told;
    },
    leave: () => go([]),
  };
  return seat;
}
