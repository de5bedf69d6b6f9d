interface Lane {
  readonly waiting: (() => void)[];
  active: number;
}

export interface LaneLimits {
  /** Of all lanes together. */
  readonly most: number;
  readonly mostPerLane: number;
}

/** Work that is done side by side, some of each lane: one whose work takes long or never ends holds up no other. */
export class Lanes {
  readonly #limits: LaneLimits;
  /** Those with work, in the order of their turns. */
  readonly #lanes = new Map<string, Lane>();
  #active = 0;

  constructor(limits: LaneLimits) {
    this.#limits = limits;
  }

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(name) ?? { waiting: [], active: 0 };
    this.#lanes.set(name, lane);
    await new Promise<void>((begin) => {
      lane.waiting.push(begin);
      this.#beginNext();
    });
    try {
      return await work();
    } finally {
      lane.active -= 1;
      this.#active -= 1;
      this.#lanes.delete(name);
      if (lane.active > 0 || lane.waiting.length > 0) this.#lanes.set(name, lane);
      this.#beginNext();
    }
  }

  #beginNext(): void {
    if (this.#active >= this.#limits.most) return;
    for (const [name, lane] of this.#lanes) {
      if (lane.active >= this.#limits.mostPerLane) continue;
      const begin = lane.waiting.shift();
      if (begin === undefined) continue;
      lane.active += 1;
      this.#active += 1;
      /* Its next turn comes after the others'. */
      this.#lanes.delete(name);
      this.#lanes.set(name, lane);
      begin();
      return;
    }
  }
}
