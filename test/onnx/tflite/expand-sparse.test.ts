import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandSparse } from "../../../src/onnx/tflite/expand-sparse.ts";
import type { Sparsity } from "../../../src/onnx/tflite/sparsity.ts";

/** Compressed rows of a matrix: the first dimension dense, the second sparse. */
function compress(matrix: readonly (readonly number[])[]): { values: Float32Array; sparsity: Sparsity } {
  const segments = [0];
  const indices: number[] = [];
  const values: number[] = [];
  for (const row of matrix) {
    for (const [column, value] of row.entries()) {
      if (value === 0) continue;
      indices.push(column);
      values.push(value);
    }
    segments.push(indices.length);
  }
  const levels = [
    { kind: "dense", size: matrix.length },
    { kind: "sparse", segments, indices },
  ] as const;
  return { values: Float32Array.from(values), sparsity: { traversalOrder: [0, 1], blockMap: [], levels } };
}

const matrices = fc
  .record({ rows: fc.integer({ min: 1, max: 8 }), columns: fc.integer({ min: 1, max: 8 }) })
  .chain(({ rows, columns }) => {
    const row = fc.array(fc.constantFrom(0, 0, 1, -2, 3.5), { minLength: columns, maxLength: columns });
    return fc.array(row, { minLength: rows, maxLength: rows });
  });

describe("expandSparse", () => {
  it("gives back the matrix that was compressed", () => {
    fc.assert(
      fc.property(matrices, (matrix) => {
        const { values, sparsity } = compress(matrix);
        const shape = [matrix.length, matrix[0]?.length ?? 0];
        expect([...expandSparse(values, shape, sparsity, "m", "t")]).toEqual(matrix.flat());
      }),
      { numRuns: 50 },
    );
  });

  it("places blocks: a 4 × 2 matrix stored as blocks of two rows", () => {
    const sparsity: Sparsity = {
      traversalOrder: [0, 1, 2],
      blockMap: [0],
      levels: [
        { kind: "dense", size: 2 },
        { kind: "sparse", segments: [0, 1, 2], indices: [1, 0] },
        { kind: "dense", size: 2 },
      ],
    };
    const dense = expandSparse(Float32Array.of(1, 2, 3, 4), [4, 2], sparsity, "m", "t");
    expect([...dense]).toEqual([0, 1, 0, 2, 3, 0, 4, 0]);
  });

  const { values, sparsity } = compress([
    [1, 0],
    [0, 2],
  ]);
  const level = sparsity.levels[1];
  const sparse = level?.kind === "sparse" ? level : { kind: "sparse" as const, segments: [], indices: [] };
  const withLevel = (changed: Partial<typeof sparse>): Sparsity => ({
    ...sparsity,
    levels: [
      { kind: "dense", size: 2 },
      { ...sparse, ...changed },
    ],
  });

  it.each<[string, Float32Array, Sparsity]>([
    ["values that belong nowhere", Float32Array.of(1, 2, 3), sparsity],
    ["too few values", Float32Array.of(1), sparsity],
    ["an index outside the shape", values, withLevel({ indices: [0, 7] })],
    ["a row that ends before it begins", values, withLevel({ segments: [2, 0, 2] })],
    ["a row beyond the indices", values, withLevel({ segments: [0, 1, 9] })],
    ["too few rows", values, withLevel({ segments: [0, 1] })],
    ["a level too many", values, { ...sparsity, levels: [...sparsity.levels, { kind: "dense", size: 1 }] }],
    ["an order that names a dimension twice", values, { ...sparsity, traversalOrder: [0, 0] }],
    ["a dense level of nothing", values, { ...sparsity, levels: [{ kind: "dense", size: 0 }, sparse] }],
  ])("refuses %s", (_, stored, damaged) => {
    expect(() => expandSparse(stored, [2, 2], damaged, "m", "t")).toThrowError(
      expect.objectContaining({
        code: "MODEL_UNREADABLE",
        message: expect.stringMatching(/^model m: sparse/),
      }),
    );
  });
});
