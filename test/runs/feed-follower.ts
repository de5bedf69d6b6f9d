import type { Event } from "../../src/contracts/run.ts";
import type { EventFeed } from "../../src/runs/event-feed.ts";
import { followFeed } from "../../src/runs/follow.ts";
import type { EventFilter } from "../../src/store/events.ts";

/** Somebody who follows a feed, and keeps what was told. */
export interface Follower {
  readonly seen: Event[];
  /** Takes no more until it is let go on. */
  pause(): void;
  resume(): void;
  leave(): Promise<void>;
}

export function follow(feed: EventFeed, filter: EventFilter, after: string): Follower {
  const leaving = new AbortController();
  const seen: Event[] = [];
  let paused: Promise<void> | null = null;
  let resume: () => void = () => undefined;
  const reading = (async () => {
    for await (const event of followFeed(feed, filter, after, leaving.signal)) {
      seen.push(event);
      if (paused !== null) await paused;
    }
  })();
  return {
    seen,
    pause() {
      paused ??= new Promise((resolve) => {
        resume = () => {
          paused = null;
          resolve();
        };
      });
    },
    resume: () => resume(),
    leave() {
      leaving.abort();
      resume();
      return reading;
    },
  };
}
