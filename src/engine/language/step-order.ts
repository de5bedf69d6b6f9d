/** Which steps stand above which, and the ways that lead back. */
export class StepOrder {
  readonly #ids: readonly string[];
  readonly #namedBy = new Map<string, string[]>();
  readonly #ways = new Map<string, ReadonlyMap<string, string>>();

  /** @param named for each step, in the order of the document, the steps it names */
  constructor(named: readonly (readonly [id: string, names: readonly string[]])[]) {
    this.#ids = named.map(([id]) => id);
    for (const [id, names] of named) {
      for (const name of names) this.#namedBy.set(name, [...(this.#namedBy.get(name) ?? []), id]);
    }
  }

  isUnique(id: string): boolean {
    return this.#ids.indexOf(id) === this.#ids.lastIndexOf(id);
  }

  isAbove(id: string, other: string): boolean {
    return this.#ids.indexOf(id) < this.#ids.indexOf(other);
  }

  /** The shortest way over what steps name from `start` to `target`, both included; null where none leads there. */
  wayBack(start: string, target: string): readonly string[] | null {
    const nexts = this.#waysTo(target);
    const way = [start];
    for (let at = start; at !== target; ) {
      const next = nexts.get(at);
      if (next === undefined) return null;
      way.push(next);
      at = next;
    }
    return way;
  }

  /** For every step that leads to `target`, the next one on its shortest way there. */
  #waysTo(target: string): ReadonlyMap<string, string> {
    const known = this.#ways.get(target);
    if (known !== undefined) return known;
    const nexts = new Map<string, string>();
    const reached = [target];
    for (const at of reached) {
      for (const by of this.#namedBy.get(at) ?? []) {
        if (by === target || nexts.has(by)) continue;
        nexts.set(by, at);
        reached.push(by);
      }
    }
    this.#ways.set(target, nexts);
    return nexts;
  }
}
