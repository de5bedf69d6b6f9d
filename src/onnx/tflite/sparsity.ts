import type { FlatTable } from "./flat-table.ts";

/** One level of the storage tree: dense levels count through, sparse ones list their children (compressed rows). */
export type SparseLevel =
  | { readonly kind: "dense"; readonly size: number }
  | { readonly kind: "sparse"; readonly segments: readonly number[]; readonly indices: readonly number[] };

/** How a sparse tensor is stored: schema.fbs, SparsityParameters. */
export interface Sparsity {
  /** Order in which dimensions (and then blocks) are walked. */
  readonly traversalOrder: readonly number[];
  /** The dimension that each block dimension belongs to. */
  readonly blockMap: readonly number[];
  readonly levels: readonly SparseLevel[];
}

export function readSparsity(table: FlatTable): Sparsity {
  return {
    traversalOrder: table.int32s(0),
    blockMap: table.int32s(1),
    levels: table.tables(2).map(readLevel),
  };
}

function readLevel(table: FlatTable): SparseLevel {
  if (table.int8(0) === 0) return { kind: "dense", size: table.int32(1) };
  return { kind: "sparse", segments: readIndexVector(table, 2), indices: readIndexVector(table, 4) };
}

/** A union of Int32Vector (1), Uint16Vector (2) and Uint8Vector (3); the type stands in `field`, the value in the next. */
function readIndexVector(table: FlatTable, field: number): number[] {
  const vector = table.table(field + 1);
  if (vector === null) return [];
  const type = table.uint8(field);
  if (type === 1) return vector.int32s(0);
  if (type === 2) return vector.uint16s(0);
  return [...vector.bytes(0)];
}
