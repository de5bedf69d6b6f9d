import { MaskloomError } from "./errors.ts";

/** What stays away is told of again after so long. */
const AGAIN_MS = 60_000;
/** Whatever needs it asks more often than that: where nobody complained for so long, it had come back. */
const CALM_MS = 20_000;

/**
 * Something that a process needs is away: every connection and every loop tells of every try that failed, up to dozens of lines a
 * second that say nothing of what is the matter. Of one outage one is told, in words of ours, and again each minute; whatever else
 * is wrong is told as it is.
 */
export class Outage {
  readonly #what: string;
  readonly #isOne: (error: Error) => boolean;
  readonly #now: () => number;
  #toldAt = Number.NEGATIVE_INFINITY;
  #heardAt = Number.NEGATIVE_INFINITY;

  /**
   * @param what is away: its setting, and where it is; without passwords
   * @param isOne whether an error says that it is out of reach, rather than that it refuses something
   * @param now in milliseconds
   */
  constructor(what: string, isOne: (error: Error) => boolean, now: () => number = () => performance.now()) {
    this.#what = what;
    this.#isOne = isOne;
    this.#now = now;
  }

  /** What is to be told of an error: null where it was told already. */
  toTell(error: unknown): unknown {
    if (!(error instanceof Error) || !this.#isOne(error)) return error;
    const now = this.#now();
    if (now - this.#heardAt > CALM_MS) this.isOver();
    this.#heardAt = now;
    if (now - this.#toldAt < AGAIN_MS) return null;
    this.#toldAt = now;
    return new MaskloomError(
      "ENGINE_UNAVAILABLE",
      `${this.#what} does not answer: ${error.message}; nothing is lost, and all goes on by itself when it does`,
    );
  }

  /** @returns who hears of what is left to tell */
  filter(onError: (error: unknown) => void): (error: unknown) => void {
    return (error) => {
      const told = this.toTell(error);
      if (told !== null) onError(told);
    };
  }

  /** It answers: the next outage is told of at once. */
  isOver(): void {
    this.#toldAt = Number.NEGATIVE_INFINITY;
  }
}
