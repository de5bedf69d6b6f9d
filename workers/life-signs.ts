import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import type { OpenCircuit } from "../src/contracts/provider.ts";
import { forgetWorker, type SeenWorker, seeWorker } from "../src/store/living-workers.ts";
import type { Store } from "../src/store/store.ts";

const SEEN_EVERY_MS = 5_000;
/** A database that does not answer must not keep a worker from ending: then it is forgotten by and by. */
const LAST_WORD_MS = 1_000;

interface LifeSigns {
  /** Settles with the first one. */
  readonly first: Promise<void>;
  /** Says that nothing new is taken; whoever looks sees why. */
  drain(): void;
  /** Says at once how it is now. */
  tell(): void;
  /** The worker is in no list any more. */
  end(): Promise<void>;
}

/** Says every few seconds that a worker lives, and how it is, one after the other, so that the last word is the last. */
export function startLifeSigns(
  { db, wakeUps }: Pick<Store, "db" | "wakeUps">,
  self: Omit<SeenWorker, "memoryBytes" | "draining" | "circuits">,
  onError: (error: unknown) => void,
  {
    openCircuits = () => [],
    onSeen = () => undefined,
  }: {
    readonly openCircuits?: () => readonly OpenCircuit[];
    /** Hears each time how many workers live. */
    readonly onSeen?: (workers: number) => void;
  } = {},
): LifeSigns {
  let draining = false;
  const say = async () => {
    const memoryBytes = process.memoryUsage.rss();
    const sign = { ...self, memoryBytes, draining, circuits: openCircuits() };
    await seeWorker(db, sign).then(onSeen, onError);
    wakeUps.notify("workers");
  };
  const first = say();
  let last = first;
  const sayNext = () => {
    last = last.then(say);
  };
  const heartbeat = setInterval(sayNext, SEEN_EVERY_MS);
  const leave = async () => {
    await last;
    await forgetWorker(db, self.id).catch(onError);
    wakeUps.notify("workers");
  };
  return {
    first,
    tell: sayNext,
    drain() {
      draining = true;
      sayNext();
    },
    async end() {
      clearInterval(heartbeat);
      await Promise.race([leave(), delay(LAST_WORD_MS, undefined, { ref: false })]);
    },
  };
}
