import { Autoscaler, type ScalingRule, SYNC_SECONDS } from "./autoscaler.ts";
import { GUESSED, SLOTS_OF_A_WORKER } from "./figures.ts";
import { Station, type StationParts } from "./station.ts";

/** A queue's workers, as many as the autoscaler wants: it sees what waited one scrape ago, and a new worker takes a while to start. */
export class ScaledStation extends Station {
  readonly #autoscaler: Autoscaler;
  #wanted: number;
  #started: number;

  constructor(rule: ScalingRule, workers: number, parts: StationParts) {
    const first = Math.min(rule.most, Math.max(rule.fewest, workers));
    super(first * SLOTS_OF_A_WORKER, parts);
    this.#autoscaler = new Autoscaler(rule, first);
    this.#wanted = first;
    this.#started = first;
    let scraped = this.queue.waiting;
    parts.clock.every(SYNC_SECONDS, () => {
      const more = this.#autoscaler.decide(parts.clock.now, scraped) - this.#wanted;
      scraped = this.queue.waiting;
      this.#wanted += more;
      if (more < 0) this.#start(more);
      else if (more > 0) parts.clock.after(GUESSED.startUp.value, () => this.#start(more));
    });
  }

  /** Those that are starting are not counted. */
  get workers(): number {
    return this.#started;
  }

  #start(more: number): void {
    this.#started += more;
    this.resize(this.#started * SLOTS_OF_A_WORKER);
  }
}
