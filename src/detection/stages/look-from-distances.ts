import type { RgbPixels } from "../sampling/letterbox.ts";
import type { FirstFind } from "./region-look.ts";
import type { RegionLooks, RegionNetwork } from "./region-network.ts";

/** Mean presence, over all distances, that is enough: stars of a flag reached 0.75 as hands, real small hands 0.82. */
const HOLDS = 0.75;

/** How a find is looked at, once, and more often where only tiles show it. */
export interface DistanceLooks<Rule, Result> extends RegionLooks<Rule, Result> {
  /** Sides of the further regions, as multiples of the first one's. */
  readonly distances: readonly number[];
  /** How sure the network is that the thing is there, 0–1. */
  presenceOf(result: Result): number;
}

/** A first find and what the second network says of the region around it. */
export interface Seen<Result> {
  readonly find: FirstFind;
  readonly result: Result;
}

interface SecondStage {
  readonly network: RegionNetwork;
  /** Its own threshold, 0–1. */
  readonly presence: number;
}

/**
 * What a second network sees in the region around each first find, in their order. What only tiles show is shown to it
 * in larger and smaller regions, too, and left out unless it is there in each of them, above the network's own
 * threshold, and sure on average: in a tile of large soft pictures a network sees hands in stars, food and folds, but
 * rarely from more than one distance. Whatever the confidence is, such a find then reaches the product of both own
 * thresholds.
 */
export async function lookFromDistances<Rule, Result>(
  { network, presence }: SecondStage,
  picture: RgbPixels,
  finds: readonly FirstFind[],
  looks: DistanceLooks<Rule, Result>,
): Promise<Seen<Result>[]> {
  const { distances, presenceOf } = looks;
  const results = await network.look(picture, finds, looks);
  const seen = finds.map((find, at): Seen<Result> => ({ find, result: results[at] as Result }));
  const present = seen.filter(({ find, result }) => !find.onlyInTiles || presenceOf(result) > presence);
  const doubtful = present.filter(({ find }) => find.onlyInTiles);
  const further = doubtful.flatMap(({ find }) => distances.map((times) => moveAway(find, times)));
  const presences = (await network.look(picture, further, looks)).map(presenceOf);
  const holding = new Set(
    doubtful.filter(({ result }, at) => {
      const others = presences.slice(at * distances.length, (at + 1) * distances.length);
      return holds([presenceOf(result), ...others], presence);
    }),
  );
  return present.filter((one) => !one.find.onlyInTiles || holding.has(one));
}

function holds(presences: readonly number[], own: number): boolean {
  const mean = presences.reduce((sum, one) => sum + one, 0) / presences.length;
  return mean > HOLDS && presences.every((one) => one > own);
}

function moveAway(find: FirstFind, times: number): FirstFind {
  return { ...find, region: { ...find.region, side: find.region.side * times } };
}
