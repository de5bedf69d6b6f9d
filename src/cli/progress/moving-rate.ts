/** Pictures whose times count: enough to even out large and small ones, few enough to follow a change of pace. */
const WINDOW = 120;

/** How fast pictures are done lately, and so how long the others will take. Times in milliseconds. */
export class MovingRate {
  readonly #times: number[] = [];

  /** @param now when the batch began */
  constructor(now: number) {
    this.#times.push(now);
  }

  /** A picture was done now. */
  add(now: number): void {
    this.#times.push(now);
    if (this.#times.length > WINDOW + 1) this.#times.shift();
  }

  /** Pictures a minute; null while none is done. The time since the last one counts, so that a standstill shows. */
  perMinute(now: number): number | null {
    const [first] = this.#times;
    const done = this.#times.length - 1;
    if (first === undefined || done === 0 || now <= first) return null;
    return (done / (now - first)) * 60_000;
  }

  /** Null where nothing can be said yet. */
  secondsLeft(pictures: number, now: number): number | null {
    const rate = this.perMinute(now);
    return rate === null ? null : (pictures / rate) * 60;
  }
}

/** `158 a minute`, `2.4 an hour`. */
export function describeRate(perMinute: number): string {
  if (perMinute >= 10) return `${Math.round(perMinute)} a minute`;
  return perMinute >= 0.5 ? `${perMinute.toFixed(1)} a minute` : `${(perMinute * 60).toFixed(1)} an hour`;
}
