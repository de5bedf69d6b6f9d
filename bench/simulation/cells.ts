import { runsOfPostgres } from "./cell.ts";
import { GUESSED } from "./figures.ts";

const DAY = 86_400;

/** Which owners a cell has, by what each of them has of all pictures. */
export interface Division {
  readonly cells: number;
  /** Pictures a day of the owners of the cell that has most to do. */
  readonly hottest: readonly number[];
}

/** Pictures a day of each owner, the largest one first. */
export function owners(picturesADay: number): readonly number[] {
  const count = Math.max(10, Math.round(picturesADay / GUESSED.ownerPictures.value));
  const weights = Array.from({ length: count }, (_, at) => (at + 1) ** -GUESSED.ownerSkew.value);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => (picturesADay * weight) / sum);
}

/** Pictures a day with which a cell is full: in the busiest hour PostgreSQL does the share that the rule gives it. */
export const fullCell = (): number =>
  (runsOfPostgres() * GUESSED.cellUse.value * DAY) / (1 + GUESSED.dailySwing.value);

/** The fewest cells of which none is fuller than full, owners being spread by a hash of who they are. */
export function divide(picturesADay: number): Division {
  const all = owners(picturesADay);
  for (let cells = Math.max(1, Math.ceil(picturesADay / fullCell())); ; cells += 1) {
    const loads = new Float64Array(cells);
    for (const [owner, pictures] of all.entries())
      loads[cellOf(owner, cells)] = (loads[cellOf(owner, cells)] ?? 0) + pictures;
    const most = Math.max(...loads);
    /* One owner lives in one cell: where the largest one is more than a cell, more cells do not help. */
    if (most > fullCell() && (all[0] ?? 0) <= fullCell()) continue;
    return { cells, hottest: all.filter((_, owner) => cellOf(owner, cells) === loads.indexOf(most)) };
  }
}

/** A hash of 32 bits (the finalizer of MurmurHash3) by which owners are spread evenly. */
function cellOf(owner: number, cells: number): number {
  let hash = owner + 1;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % cells;
}
