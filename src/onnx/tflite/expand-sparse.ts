import { unreadableModel } from "../unreadable-model.ts";
import type { SparseLevel, Sparsity } from "./sparsity.ts";

/**
 * The dense elements of a sparse tensor. The stored values are the leaves of a tree whose levels are the
 * dimensions in traversal order, followed by the dimensions of the blocks; this walks the tree as
 * TensorFlow Lite's sparsity format describes it. Every stored value must be used exactly once, or the file is damaged.
 */
export function expandSparse(
  values: Float32Array,
  shape: readonly number[],
  sparsity: Sparsity,
  model: string,
  tensor: string,
): Float32Array {
  const fail = (fact: string): Error => unreadableModel(model, `sparse tensor "${tensor}": ${fact}`);
  if (!isWellFormed(sparsity, shape.length)) {
    throw fail(`${sparsity.levels.length} storage levels do not describe ${shape.length} dimensions`);
  }
  const dense = new Float32Array(shape.reduce((product, size) => product * size, 1));
  let used = 0;
  walkLeaves(
    sparsity.levels,
    (path) => {
      const place = placeOf(path, shape, sparsity);
      if (place === null) throw fail(`a value lies outside the shape [${shape}]`);
      if (used >= values.length) throw fail(`expected more than the ${values.length} stored values`);
      dense[place] = values[used] as number;
      used += 1;
    },
    fail,
  );
  if (used !== values.length) throw fail(`${values.length - used} of ${values.length} values belong nowhere`);
  return dense;
}

function isWellFormed({ traversalOrder, blockMap, levels }: Sparsity, rank: number): boolean {
  return (
    levels.length === rank + blockMap.length &&
    traversalOrder.length === levels.length &&
    new Set(traversalOrder).size === levels.length &&
    traversalOrder.every((dimension) => dimension >= 0 && dimension < levels.length) &&
    traversalOrder.slice(0, rank).every((dimension) => dimension < rank) &&
    blockMap.every((dimension) => dimension >= 0 && dimension < rank) &&
    levels.slice(rank).every((level) => level.kind === "dense") &&
    levels.every((level) => level.kind === "sparse" || level.size >= 1)
  );
}

/** Calls `visit` with the index on every level, leaf by leaf in the order of storage; `path` is reused. */
function walkLeaves(
  levels: readonly SparseLevel[],
  visit: (path: readonly number[]) => void,
  fail: (fact: string) => Error,
): void {
  const path = new Array<number>(levels.length).fill(0);
  const walk = (depth: number, parent: number): void => {
    const level = levels[depth];
    if (level === undefined) {
      visit(path);
      return;
    }
    if (level.kind === "dense") {
      for (let step = 0; step < level.size; step++) {
        path[depth] = step;
        walk(depth + 1, parent * level.size + step);
      }
      return;
    }
    const from = level.segments[parent] ?? -1;
    const to = level.segments[parent + 1] ?? -1;
    if (from < 0 || to < from || to > level.indices.length) {
      throw fail(`row ${parent} of a sparse level has no valid extent`);
    }
    for (let entry = from; entry < to; entry++) {
      path[depth] = level.indices[entry] as number;
      walk(depth + 1, entry);
    }
  };
  walk(0, 0);
}

/** Row-major place of a leaf, or null where it lies outside the shape. */
function placeOf(path: readonly number[], shape: readonly number[], sparsity: Sparsity): number | null {
  const rank = shape.length;
  const index = new Array<number>(rank).fill(0);
  for (const [depth, dimension] of sparsity.traversalOrder.entries()) {
    const step = path[depth] as number;
    const level = sparsity.levels[depth];
    const target = dimension < rank ? dimension : (sparsity.blockMap[dimension - rank] as number);
    const blockSize = dimension < rank || level?.kind !== "dense" ? 0 : level.size;
    index[target] = (index[target] as number) * blockSize + step;
  }
  let place = 0;
  for (const [dimension, size] of shape.entries()) {
    const at = index[dimension] as number;
    if (at < 0 || at >= size) return null;
    place = place * size + at;
  }
  return place;
}
