import type { ScalingRule } from "./autoscaler.ts";
import { type Chance, createChance, lognormal } from "./chance.ts";
import { Clock } from "./clock.ts";
import { Database } from "./database.ts";
import { startAsking, swing } from "./demand.ts";
import { GUESSED, MEASURED, SLOTS_OF_A_WORKER } from "./figures.ts";
import { LIMITS } from "./limits.ts";
import { REPAINTED_SHARE, WORKS } from "./photos.ts";
import { type Batch, newBatch, type Owner, type Run } from "./run.ts";
import { ScaledStation } from "./scaled-station.ts";
import { type Excess, factorAt, type Span } from "./span.ts";
import { Station, type StationParts } from "./station.ts";
import { Tally } from "./tally.ts";

export interface CellPlan {
  readonly seed: number;
  /** Pictures a day of each owner. */
  readonly owners: readonly number[];
  /** Seconds since midnight; what happens before `measured` only fills the cell. */
  readonly from: number;
  readonly measured: number;
  readonly to: number;
  readonly rules: { readonly masking: ScalingRule; readonly inpainting: ScalingRule };
  /** One batch of so many pictures and nothing else. */
  readonly only?: number;
  /** So many times as many pictures are asked for. */
  readonly burst?: Excess;
  /** PostgreSQL is away. */
  readonly outage?: Span;
  /** The provider's calls take so many times as long. */
  readonly slowness?: Excess;
}

const DAY = 86_400;
/** To begin a run, and a lease and a settlement of each of two steps: the run that was measured is five of them. */
const COMMITS_OF_A_RUN = 5;
/** Runs a second that keep all cores of a cell's PostgreSQL busy. */
export const runsOfPostgres = (): number =>
  (GUESSED.postgresCores.value * 1_000) / MEASURED.postgresOnRedis.value;
/** On one of a worker's slots, which share its cores; `inpainting` is the mean of photos in which there is a face. */
export const TASK_SECONDS = {
  masking: MEASURED.maskingSeconds.value,
  inpainting:
    ((60 * SLOTS_OF_A_WORKER) / MEASURED.photosAMinute.value - MEASURED.maskingSeconds.value) /
    REPAINTED_SHARE,
} as const;

/** Workers that a cell's pictures keep busy at this time of the day, with none to spare. */
export const workersNeeded = (picturesADay: number, time: number, taskSeconds: number): number =>
  Math.ceil(((picturesADay / DAY) * swing(time) * taskSeconds) / SLOTS_OF_A_WORKER);

/** Calls under way at a time that the provider is given for a cell's pictures. */
export function providerSlots(picturesADay: number): number {
  const mean = GUESSED.providerMedian.value * Math.exp(GUESSED.providerSpread.value ** 2 / 2);
  const busiest = ((picturesADay * GUESSED.remoteShare.value) / DAY) * (1 + GUESSED.dailySwing.value);
  return Math.max(4, Math.ceil((busiest * mean) / GUESSED.providerUse.value));
}

/** One installation: a database, workers for each queue, a provider, and the owners who ask it for pictures. */
export class Cell {
  readonly database: Database;
  readonly tally: Tally<"masking" | "inpainting" | "batches">;
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #masking: ScaledStation;
  readonly #inpainting: ScaledStation;
  readonly #provider: Station;
  readonly #plan: CellPlan;

  constructor(plan: CellPlan) {
    const { owners, rules, from, measured, outage } = plan;
    this.#plan = plan;
    this.#clock = new Clock(from);
    this.#chance = createChance(plan.seed);
    this.database = new Database(this.#clock, runsOfPostgres() * COMMITS_OF_A_RUN, outage);
    const pictures = owners.reduce((sum, own) => sum + own, 0);
    const local = pictures * (1 - GUESSED.remoteShare.value);
    const { masking, inpainting } = TASK_SECONDS;
    this.#masking = new ScaledStation(rules.masking, workersNeeded(pictures, from, masking), {
      ...this.#station((run) => (run.isRemote ? this.#provider : this.#inpainting).add(run)),
      seconds: () => masking,
    });
    this.#inpainting = new ScaledStation(rules.inpainting, workersNeeded(local, from, inpainting), {
      ...this.#station((run, outcome) => this.#end(run, outcome)),
      seconds: ({ work }) => work * inpainting,
    });
    this.#provider = new Station(providerSlots(pictures), {
      ...this.#station((run, outcome) => this.#end(run, outcome)),
      seconds: () => this.#callSeconds(),
      failing: GUESSED.providerFailing.value,
    });
    this.tally = new Tally(this.#clock, measured, {
      masking: () => this.#masking.workers,
      inpainting: () => this.#inpainting.workers,
      batches: () => this.tally.batchesUnderWay,
    });
  }

  run(): void {
    const { owners, burst, only, from, to } = this.#plan;
    const single = (owner: Owner, isRemote: boolean) => this.#begin(owner, isRemote, null);
    const batch = (asked: Batch) => {
      this.tally.begin(asked, this.#clock.now);
      this.#feed(asked);
    };
    if (only === undefined)
      startAsking({ clock: this.#clock, chance: this.#chance, owners, burst }, { single, batch });
    else batch(newBatch({ owner: 0, isRemote: false, pictures: only, beganAt: from }));
    this.#clock.runUntil(to);
  }

  #station(onEnd: StationParts["onEnd"]): Omit<StationParts, "seconds"> {
    const { vanishing, startUp } = GUESSED;
    return {
      clock: this.#clock,
      database: this.database,
      chance: this.#chance,
      vanishing: vanishing.value,
      startUp: startUp.value,
      onEnd,
    };
  }

  #begin(owner: Owner, isRemote: boolean, batch: Batch | null): void {
    const { now } = this.#clock;
    const begun = this.database.commit();
    const run: Run = {
      owner,
      isRemote,
      batch,
      isAtOnce: batch === null,
      work: WORKS[Math.floor(this.#chance() * WORKS.length)] ?? 1,
      askedAt: now,
      readyAt: begun,
      waited: begun - now,
      failures: 0,
    };
    this.#clock.at(begun, () => this.#masking.add(run));
  }

  #feed(batch: Batch): void {
    const { owner, isRemote } = batch;
    for (; batch.left > 0 && batch.underWay < LIMITS.underWay; batch.left -= 1) {
      batch.underWay += 1;
      this.#begin(owner, isRemote, batch);
    }
  }

  #end(run: Run, outcome: "succeeded" | "failed"): void {
    this.tally.end(run, outcome);
    const { batch } = run;
    if (batch === null) return;
    batch.underWay -= 1;
    batch.ended += 1;
    this.#feed(batch);
    if (batch.underWay === 0) batch.endedAt = this.#clock.now;
  }

  #callSeconds(): number {
    const factor = factorAt(this.#plan.slowness, this.#clock.now);
    return factor * lognormal(this.#chance, GUESSED.providerMedian.value, GUESSED.providerSpread.value);
  }
}
