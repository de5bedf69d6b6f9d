import FlatQueue from "flatqueue";

/** Simulated time in seconds, and what is to happen when. Nothing here waits: time jumps from one event to the next. */
export class Clock {
  now: number;
  readonly #events = new FlatQueue<() => void>();

  /** @param start seconds since midnight */
  constructor(start = 0) {
    this.now = start;
  }

  at(time: number, happens: () => void): void {
    this.#events.push(happens, Math.max(time, this.now));
  }

  after(seconds: number, happens: () => void): void {
    this.at(this.now + seconds, happens);
  }

  every(seconds: number, happens: () => void): void {
    this.after(seconds, () => {
      happens();
      this.every(seconds, happens);
    });
  }

  /** What is to happen later stays. */
  runUntil(end: number): void {
    while (this.#events.length > 0 && (this.#events.peekValue() ?? end) < end) {
      this.now = this.#events.peekValue() ?? end;
      this.#events.pop()?.();
    }
    this.now = end;
  }
}
