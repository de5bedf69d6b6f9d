import { type Chance, exponential, pickByWeight } from "./chance.ts";
import type { Clock } from "./clock.ts";
import { BATCH_SIZES, GUESSED, LARGEST_BATCH } from "./figures.ts";
import { type Batch, newBatch, type Owner } from "./run.ts";
import { type Excess, factorAt } from "./span.ts";

const DAY = 86_400;
const BUSIEST = 14 * 3_600;
/** Pictures a second of one batch, about: what is left at the start of those that began before. */
const USUAL_RATE = 5;

export interface Demand {
  readonly clock: Clock;
  readonly chance: Chance;
  /** Pictures a day of each. */
  readonly owners: readonly number[];
  readonly burst: Excess | undefined;
}

/** What becomes of what is asked for. */
export interface Asked {
  single(owner: Owner, isRemote: boolean): void;
  batch(batch: Batch): void;
}

/** How much is asked for at this second of the day beside the mean. */
export const swing = (time: number): number =>
  1 + GUESSED.dailySwing.value * Math.cos((2 * Math.PI * (time - BUSIEST)) / DAY);

/** Asks for what a day's owners ask for: single pictures at random moments, and batches, from the clock's time on. */
export function startAsking({ clock, chance, owners, burst }: Demand, asked: Asked): void {
  let sum = 0;
  const sums = Float64Array.from(owners, (pictures) => {
    sum += pictures;
    return sum;
  });
  const anOwner = () => pickByWeight(chance, sums);
  const isRemote = () => chance() < GUESSED.remoteShare.value;
  const highest = (1 + GUESSED.dailySwing.value) * (burst?.factor ?? 1);

  /* Moments at the highest rate, of which those are kept that the hour has (thinning, Lewis and Shedler 1979). */
  const repeat = (aDay: number, ask: () => void) => {
    const next = () =>
      clock.after(exponential(chance, DAY / (aDay * highest)), () => {
        if (chance() * highest < swing(clock.now) * factorAt(burst, clock.now)) ask();
        next();
      });
    next();
  };
  repeat(sum * GUESSED.singleShare.value, () => asked.single(anOwner(), isRemote()));
  for (const { pictures, aDay } of batchesOf(sum)) {
    const begin = (beganAt: number, left: number) =>
      asked.batch(newBatch({ owner: anOwner(), isRemote: isRemote(), pictures, beganAt }, left));
    for (const beganAt of earlier(chance, clock.now, pictures, aDay))
      begin(beganAt, Math.ceil(pictures - (clock.now - beganAt) * USUAL_RATE));
    repeat(aDay, () => begin(clock.now, pictures));
  }
}

/** How many batches of each size a day has. */
function batchesOf(picturesADay: number): { readonly pictures: number; readonly aDay: number }[] {
  const sizes = BATCH_SIZES.filter((size) => size <= picturesADay * LARGEST_BATCH);
  const ofEach = ((1 - GUESSED.singleShare.value) * picturesADay) / sizes.length;
  return sizes.map((pictures) => ({ pictures, aDay: ofEach / pictures }));
}

/** When those began that are still under way at the start. */
function earlier(chance: Chance, start: number, pictures: number, aDay: number): number[] {
  const seconds = pictures / USUAL_RATE;
  const times: number[] = [];
  for (let time = start - seconds; ; ) {
    time += exponential(chance, DAY / (aDay * swing(time)));
    if (time >= start) return times;
    times.push(time);
  }
}
