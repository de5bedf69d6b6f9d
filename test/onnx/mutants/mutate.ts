import fc from "fast-check";

/** One change of a file's bytes; places are shares of 0–1 of what may be changed. */
type Change =
  | { readonly kind: "write"; readonly at: number; readonly bytes: readonly number[] }
  | { readonly kind: "cut" | "repeat"; readonly at: number; readonly length: number }
  | { readonly kind: "copy"; readonly at: number; readonly from: number; readonly length: number }
  | { readonly kind: "end"; readonly at: number };

/** Part of a file: first byte, and the byte after the last. */
export type Span = readonly [from: number, to: number];

/** What sizes, offsets and counts are made of when they go wrong. */
const EXTREMES = [
  [0, 0, 0, 0],
  [0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0x7f],
  [0, 0, 0, 0x40],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x10],
] as const;

// A double is as likely to be next to nothing as to be anything else.
const share = fc.noBias(fc.integer({ min: 0, max: 2 ** 30 - 1 })).map((part) => part / 2 ** 30);
const few = fc.array(fc.nat({ max: 255 }), { minLength: 1, maxLength: 3 });
const bytes = fc.oneof(few, fc.constantFrom(...EXTREMES));
const length = fc.integer({ min: 1, max: 64 });

const change: fc.Arbitrary<Change> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant("write" as const), at: share, bytes }), weight: 8 },
  { arbitrary: fc.record({ kind: fc.constantFrom("cut", "repeat"), at: share, length }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant("copy" as const), at: share, from: share, length }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant("end" as const), at: share }), weight: 1 },
);

/** What happens to one file. */
export const changes: fc.Arbitrary<readonly Change[]> = fc.array(change, { minLength: 1, maxLength: 3 });

/**
 * The file with the changes, one after another.
 * @param within where changes begin; most of a model's file is weights, whose change nobody notices
 */
export function mutate(file: Uint8Array, all: readonly Change[], within: readonly Span[]): Uint8Array {
  let mutant = file;
  for (const one of all) mutant = apply(mutant, one, within);
  return mutant;
}

function apply(file: Uint8Array, one: Change, within: readonly Span[]): Uint8Array {
  const at = Math.min(placeIn(within, one.at), file.length);
  switch (one.kind) {
    case "write": {
      const written = new Uint8Array(file);
      written.set(one.bytes.slice(0, file.length - at), at);
      return written;
    }
    case "cut":
      return Buffer.concat([file.subarray(0, at), file.subarray(at + one.length)]);
    case "repeat":
      return Buffer.concat([file.subarray(0, at + one.length), file.subarray(at)]);
    case "copy": {
      const copied = new Uint8Array(file);
      const from = placeIn(within, one.from);
      copied.set(file.slice(from, from + Math.min(one.length, Math.max(0, file.length - at))), at);
      return copied;
    }
    case "end":
      return file.subarray(0, at);
  }
}

function placeIn(spans: readonly Span[], part: number): number {
  const total = spans.reduce((sum, [from, to]) => sum + to - from, 0);
  let rest = Math.floor(part * total);
  for (const [from, to] of spans) {
    if (rest < to - from) return from + rest;
    rest -= to - from;
  }
  return 0;
}
