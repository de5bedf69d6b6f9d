/** A place where threads wait for one another: it opens when all have come. */
export interface Gate {
  readonly arrivals: Int32Array<SharedArrayBuffer>;
  readonly expected: number;
}

/** Who comes late (a thread at work on something long) is not waited for longer than this. */
const PATIENCE_MS = 5_000;

export function createGate(expected: number): Gate {
  return { arrivals: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), expected };
}

/** Blocks the calling thread, which must not be the main one. */
export function arrive({ arrivals, expected }: Gate): void {
  let here = Atomics.add(arrivals, 0, 1) + 1;
  Atomics.notify(arrivals, 0);
  while (here < expected) {
    if (Atomics.wait(arrivals, 0, here, PATIENCE_MS) === "timed-out") return;
    here = Atomics.load(arrivals, 0);
  }
}
