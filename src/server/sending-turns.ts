import { MaskloomError } from "../errors.ts";

/** Whoever sends much: what has come of it so far, and how it is turned away. */
interface Sender {
  /** Bytes that have arrived, counted from anywhere. */
  readonly received: () => number;
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
  /** Longest turn of all, in windows. */
  readonly mostWindows: number;
}

/** 64 KiB a second, which a mobile phone sends; and five minutes, in which 64 MiB have come at four times that. */
const PATIENCE: TurnPatience = { windowMs: 10_000, leastBytes: 640 * 1024, mostWindows: 30 };

interface Entry {
  readonly sender: Sender;
  readonly begin: () => void;
  /** Once it sends. */
  timer: NodeJS.Timeout | undefined;
}

/**
 * Turns in the order in which they were asked for. Who dribbles keeps a turn only for as long as nobody wants it: while
 * others wait, one that brings too little within a window loses it to the next.
 * @param most at a time
 */
export function createSendingTurns(most: number, patience: TurnPatience = PATIENCE): SendingTurns {
  const { windowMs, leastBytes, mostWindows } = patience;
  const waiting = new Set<Entry>();
  const sending = new Set<Entry>();

  const end = (entry: Entry): void => {
    clearInterval(entry.timer);
    waiting.delete(entry);
    entry.begin();
    if (sending.delete(entry)) beginNext();
  };
  const beginNext = (): void => {
    const [next] = waiting;
    if (next === undefined || sending.size >= most) return;
    waiting.delete(next);
    sending.add(next);
    next.timer = setInterval(watch(next), windowMs).unref();
    next.begin();
  };
  const watch = (entry: Entry) => {
    let last = entry.sender.received();
    let windows = 0;
    return () => {
      const received = entry.sender.received();
      const isSlow = waiting.size > 0 && received - last < leastBytes;
      last = received;
      windows += 1;
      if (!isSlow && windows < mostWindows) return;
      end(entry);
      entry.sender.onTooSlow();
    };
  };
  return {
    take(sender) {
      let begin = (): void => undefined;
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const entry: Entry = { sender, begin, timer: undefined };
      waiting.add(entry);
      beginNext();
      return { begun, end: () => end(entry) };
    },
  };
}

/** What is told to whoever lost its turn. */
export const tooSlow = (): MaskloomError =>
  new MaskloomError(
    "RATE_LIMITED",
    "request body: it came too slowly while others waited to send theirs; send it again",
    { retryAfterSeconds: 1 },
  );
