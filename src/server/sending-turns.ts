import { MaskloomError } from "../errors.ts";

/** Whoever sends much: what has come of it so far, and how it is turned away. */
interface Sender {
  /** Whose it is, by whatever tells clients apart: turns are shared out among them. */
  readonly client: string;
  /** Bytes that have arrived, counted from anywhere. */
  readonly received: () => number;
  /** Bytes that are still to come, at most. */
  readonly owed: number;
  /** It sends too slowly for those who wait. Called at most once, after which its turn is over. */
  readonly onTooSlow: () => void;
}

export interface Turn {
  /** Resolves when it may go on, and also when its turn has ended before. */
  readonly begun: Promise<void>;
  /** It is done, or gone; calling it again changes nothing. */
  end(): void;
}

/** Who sends much does so in turns, so that half of something does not fill the memory. */
export interface SendingTurns {
  take(sender: Sender): Turn;
}

export interface TurnPatience {
  /** A sender is looked at so often. */
  readonly windowMs: number;
  /** Bytes that it must bring from one look to the next while others wait. */
  readonly leastBytes: number;
  /** Who will be done within so many windows is waited for. */
  readonly soonWindows: number;
  /** Longest turn of all, in windows. */
  readonly mostWindows: number;
}

/** 64 KiB a second, which a mobile phone sends; a minute, in which 64 MiB come at a mebibyte a second; and five minutes. */
const PATIENCE: TurnPatience = { windowMs: 10_000, leastBytes: 640 * 1024, soonWindows: 6, mostWindows: 30 };

/**
 * Turns in the order in which they were asked for, but first to the client that has the fewest. Who dribbles keeps a turn
 * only for as long as nobody wants it: while others wait, one that brings too little within a window loses it to the next.
 * And where somebody has waited for a whole window, so does the one that will take longest, unless that is not long: of the
 * client that has the most turns, so that nobody loses a turn to whoever takes all of them. Whoever is further than another
 * keeps its turn, so that the slow get done, too, however many there are.
 * @param most at a time
 */
export function createSendingTurns(most: number, patience: TurnPatience = PATIENCE): SendingTurns {
  return new Line(most, patience);
}

/** All senders are looked at at the same moment: what each has still to do is compared. */
class Line implements SendingTurns {
  readonly #most: number;
  readonly #patience: TurnPatience;
  readonly #waiting = new Set<Entry>();
  readonly #sending = new Set<Entry>();
  #timer: NodeJS.Timeout | undefined;
  /** Who was the next in line when they were looked at before. */
  #waited: Entry | undefined;

  constructor(most: number, patience: TurnPatience) {
    this.#most = most;
    this.#patience = patience;
  }

  take(sender: Sender): Turn {
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const entry = new Entry(sender, begin);
    this.#waiting.add(entry);
    this.#beginNext();
    return { begun, end: () => this.#end(entry) };
  }

  #beginNext(): void {
    if (this.#sending.size >= this.#most) return;
    const next = this.#nextInLine();
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.#sending.add(next);
    next.start();
    this.#timer ??= setInterval(() => this.#look(), this.#patience.windowMs).unref();
  }

  #end(entry: Entry): void {
    this.#waiting.delete(entry);
    entry.begin();
    if (!this.#sending.delete(entry)) return;
    this.#beginNext();
    if (this.#sending.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const { windowMs, leastBytes, soonWindows, mostWindows } = this.#patience;
    const judged = [...this.#sending].filter((entry) => entry.measure(windowMs));
    const next = this.#nextInLine();
    const hasWaited = next !== undefined && next === this.#waited;
    this.#waited = next;
    const longest = hasWaited ? this.#longestOf(judged) : undefined;
    const lost = judged.filter(
      (entry) =>
        entry.windows >= mostWindows ||
        (next !== undefined && entry.came < leastBytes) ||
        (entry === longest && entry.left > soonWindows && this.#hasMore(entry, next)),
    );
    for (const entry of lost) {
      this.#end(entry);
      entry.sender.onTooSlow();
    }
  }

  #nextInLine(): Entry | undefined {
    const waiting = [...this.#waiting];
    const fewest = Math.min(...waiting.map((entry) => this.#turnsOf(entry)));
    return waiting.find((entry) => this.#turnsOf(entry) === fewest);
  }

  /** Of the clients that have the most turns; of equals the one that began last. */
  #longestOf(entries: readonly Entry[]): Entry | undefined {
    const byTurns = (a: Entry, b: Entry) => this.#turnsOf(b) - this.#turnsOf(a);
    const byLeft = (a: Entry, b: Entry) => Number(b.left > a.left) - Number(b.left < a.left); // may be endless
    const [longest] = entries.toReversed().toSorted((a, b) => byTurns(a, b) || byLeft(a, b));
    return longest;
  }

  /** Nobody is turned away for another upload of its own. */
  #hasMore(entry: Entry, next: Entry | undefined): boolean {
    return next !== undefined && this.#turnsOf(entry) > this.#turnsOf(next);
  }

  #turnsOf({ sender: { client } }: Entry): number {
    return [...this.#sending].filter(({ sender }) => sender.client === client).length;
  }
}

/** One sender, and how it gets on. */
class Entry {
  readonly sender: Sender;
  readonly begin: () => void;
  /** Whole windows that it has been sending. */
  windows = 0;
  /** Bytes that came within the last one. */
  came = 0;
  /** Windows that it will still take at that pace. */
  left = 0;
  #startedAt = 0;
  #first = 0;
  #last = 0;

  constructor(sender: Sender, begin: () => void) {
    this.sender = sender;
    this.begin = begin;
  }

  start(): void {
    this.#startedAt = performance.now();
    this.#first = this.#last = this.sender.received();
    this.begin();
  }

  /** @returns whether a whole window has passed since it was looked at before, or began */
  measure(windowMs: number): boolean {
    const received = this.sender.received();
    const came = received - this.#last;
    this.#last = received;
    if (this.windows === 0 && performance.now() - this.#startedAt < windowMs) return false;
    this.windows += 1;
    this.came = came;
    const owed = Math.max(0, this.sender.owed - (received - this.#first));
    this.left = owed === 0 ? 0 : owed / came;
    return true;
  }
}

/** What is told to whoever lost its turn. */
export const tooSlow = (): MaskloomError =>
  new MaskloomError(
    "RATE_LIMITED",
    "request body: it came too slowly while others waited to send theirs; send it again",
    { retryAfterSeconds: 1 },
  );
