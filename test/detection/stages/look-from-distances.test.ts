import { describe, expect, it } from "vitest";
import { startFindClock } from "../../../src/detection/find-clock.ts";
import { handLook } from "../../../src/detection/people/hand-look.ts";
import { lookFromDistances } from "../../../src/detection/stages/look-from-distances.ts";
import type { FirstFind } from "../../../src/detection/stages/region-look.ts";
import type { RegionNetwork } from "../../../src/detection/stages/region-network.ts";

const PICTURE = { width: 1, height: 1, data: new Uint8Array(3) };
const SIDE = 100;
const DISTANCES = [0.5, 2];
const find = (x: number, onlyInTiles: boolean): FirstFind => ({
  score: 0.9,
  region: { centre: [x, 0], side: SIDE, angle: 0 },
  onlyInTiles,
});

/** What is seen of finds by a second network that says `presences` of the first region and of the others. */
async function seenOf(finds: readonly FirstFind[], presences: readonly [number, number, number]) {
  const looked: number[] = [];
  const bySide = new Map(
    [SIDE, ...DISTANCES.map((times) => times * SIDE)].map((side, at) => [side, presences[at]]),
  );
  const network = {
    look: async (_picture: unknown, regions: readonly FirstFind[]) =>
      regions.map(({ region }) => {
        looked.push(region.side);
        return bySide.get(region.side) ?? 0;
      }),
  } as unknown as RegionNetwork;
  const seen = await lookFromDistances<object, unknown>({ network, presence: 0.5 }, PICTURE, finds, {
    clock: startFindClock(),
    signal: undefined,
    look: handLook as never,
    rule: {},
    distances: DISTANCES,
    presenceOf: Number,
  });
  return { places: seen.map((one) => one.find.region.centre[0]), looked };
}

describe("lookFromDistances", () => {
  it("asks once where the whole picture shows the find, and leaves the answer to the pipeline", async () => {
    const { places, looked } = await seenOf([find(1, false)], [0.1, 0, 0]);
    expect(places).toEqual([1]);
    expect(looked).toEqual([SIDE]);
  });

  it.each([
    ["from all distances", [0.9, 0.9, 0.9], true],
    ["from none", [0.4, 1, 1], false],
    ["not from near", [0.99, 0.4, 0.99], false],
    ["not from afar", [0.99, 0.99, 0.4], false],
    ["from all, but nowhere sure", [0.7, 0.7, 0.7], false],
  ] as const)(
    "keeps what only tiles show where the network sees it %s: %j",
    async (_name, presences, kept) => {
      expect((await seenOf([find(1, true)], presences)).places).toEqual(kept ? [1] : []);
    },
  );

  it("keeps the order of the finds", async () => {
    const finds = [find(3, true), find(1, false), find(2, true)];
    expect((await seenOf(finds, [0.9, 0.9, 0.9])).places).toEqual([3, 1, 2]);
    expect((await seenOf(finds, [0.9, 0.1, 0.9])).places).toEqual([1]);
  });
});
