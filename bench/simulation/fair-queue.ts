import { Fifo } from "./fifo.ts";
import { LIMITS } from "./limits.ts";
import type { Owner, Run } from "./run.ts";

/** What an owner wants of one queue: at once, or not. */
interface Seat {
  readonly owner: Owner;
  readonly isAtOnce: boolean;
  readonly ready: Fifo<Run>;
  /** Deliveries that no worker has taken. */
  handed: number;
}

/**
 * A queue with its dispatcher, as `src/store/deliveries.ts` hands out: of an owner so many deliveries are outstanding, filled up when a
 * quarter is free; what is asked for at once is served first. That the dispatcher looks some milliseconds later is left out.
 */
export class FairQueue {
  readonly #seats = new Map<number, Seat>();
  /** How much each owner has here, so that it is known whether others want something, too. */
  readonly #wanting = new Map<Owner, number>();
  readonly #first = new Fifo<Run>();
  readonly #others = new Fifo<Run>();
  /** Tasks that are ready and wait for a worker: what `maskloom_queue_waiting` tells. */
  waiting = 0;

  add(run: Run): void {
    const key = 2 * run.owner + (run.isAtOnce ? 1 : 0);
    const seat: Seat = this.#seats.get(key) ?? {
      owner: run.owner,
      isAtOnce: run.isAtOnce,
      ready: new Fifo(),
      handed: 0,
    };
    this.#seats.set(key, seat);
    this.#wanting.set(run.owner, (this.#wanting.get(run.owner) ?? 0) + 1);
    this.waiting += 1;
    seat.ready.push(run);
    this.#handOut(seat);
  }

  take(): Run | undefined {
    const run = this.#first.shift() ?? this.#others.shift();
    if (run === undefined) return undefined;
    this.waiting -= 1;
    const rest = (this.#wanting.get(run.owner) ?? 1) - 1;
    if (rest === 0) this.#wanting.delete(run.owner);
    else this.#wanting.set(run.owner, rest);
    const key = 2 * run.owner + (run.isAtOnce ? 1 : 0);
    const seat = this.#seats.get(key);
    if (seat === undefined) return run;
    seat.handed -= 1;
    this.#handOut(seat);
    if (seat.handed === 0) this.#seats.delete(key);
    return run;
  }

  #handOut(seat: Seat): void {
    const most = LIMITS.perGroup * (this.#wanting.size > 1 ? 1 : LIMITS.sharesAlone);
    const free = most - seat.handed;
    if (free * 4 < most) return;
    const queue = seat.isAtOnce ? this.#first : this.#others;
    for (let place = 0; place < free; place += 1) {
      const run = seat.ready.shift();
      if (run === undefined) return;
      seat.handed += 1;
      queue.push(run);
    }
  }
}
