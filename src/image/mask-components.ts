import { findRuns, type MaskRuns } from "./mask-runs.ts";
import type { Mask, PixelBox } from "./raster.ts";

/** A connected part of a mask. */
export interface MaskComponent {
  readonly box: PixelBox;
  /** Pixels above 0. */
  readonly area: number;
  /** Its pixels as triples y, start, end (half-open), in reading order. */
  readonly runs: Int32Array;
}

/** The 8-connected components of mask > 0, ordered by their first pixel in reading order. */
export function findComponents(mask: Mask): MaskComponent[] {
  const runs = findRuns(mask);
  return collectComponents(runs, labelRuns(runs));
}

/** For every run the number of its component: union-find over runs that touch in neighbouring rows. */
function labelRuns({ count, rows, starts, ends }: MaskRuns): Int32Array {
  const parents = new Int32Array(count);
  let above = 0;
  for (let i = 0; i < count; i++) {
    parents[i] = i;
    const row = rows[i] as number;
    while ((rows[above] as number) < row - 1) above += 1;
    // Runs above that end left of this one cannot touch the next ones of the row either.
    while ((rows[above] as number) === row - 1 && (ends[above] as number) < (starts[i] as number)) above += 1;
    for (
      let j = above;
      (rows[j] as number) === row - 1 && (starts[j] as number) <= (ends[i] as number);
      j++
    ) {
      unite(parents, i, j);
    }
  }
  return parents;
}

function findRoot(parents: Int32Array, run: number): number {
  let root = run;
  while (parents[root] !== root) {
    parents[root] = parents[parents[root] as number] as number;
    root = parents[root] as number;
  }
  return root;
}

/** The earlier run becomes the root, so that a root is its component's first pixel. */
function unite(parents: Int32Array, a: number, b: number): void {
  const rootA = findRoot(parents, a);
  const rootB = findRoot(parents, b);
  parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
}

function collectComponents({ count, rows, starts, ends }: MaskRuns, parents: Int32Array): MaskComponent[] {
  const sizes = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const root = findRoot(parents, i);
    parents[i] = root;
    sizes.set(root, (sizes.get(root) ?? 0) + 1);
  }
  const builders = new Map<number, ComponentBuilder>();
  for (const [root, size] of sizes) builders.set(root, new ComponentBuilder(size));
  for (let i = 0; i < count; i++) {
    builders.get(parents[i] as number)?.add(rows[i] as number, starts[i] as number, ends[i] as number);
  }
  return [...builders.values()].map((builder) => builder.component());
}

class ComponentBuilder {
  readonly #runs: Int32Array;
  #length = 0;
  #area = 0;
  #x0 = Number.POSITIVE_INFINITY;
  #x1 = 0;

  constructor(runs: number) {
    this.#runs = new Int32Array(runs * 3);
  }

  add(row: number, start: number, end: number): void {
    this.#runs[this.#length] = row;
    this.#runs[this.#length + 1] = start;
    this.#runs[this.#length + 2] = end;
    this.#length += 3;
    this.#area += end - start;
    this.#x0 = Math.min(this.#x0, start);
    this.#x1 = Math.max(this.#x1, end);
  }

  component(): MaskComponent {
    const first = this.#runs[0] as number;
    const last = this.#runs[this.#length - 3] as number;
    const box = { x0: this.#x0, y0: first, x1: this.#x1, y1: last + 1 };
    return { box, area: this.#area, runs: this.#runs };
  }
}
