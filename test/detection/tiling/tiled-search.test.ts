import { expect, it } from "vitest";
import type { Box } from "../../../src/contracts/detection.ts";
import type { PicturePart } from "../../../src/detection/sampling/letterbox.ts";
import type { Candidate } from "../../../src/detection/ssd/candidate.ts";
import { suppressWeighted } from "../../../src/detection/ssd/weighted-suppression.ts";
import { type Searcher, searchWithTiles } from "../../../src/detection/tiling/tiled-search.ts";

const PICTURE = { width: 2000, height: 2000 };
const seen = (box: Box, score: number): Candidate => ({ box, score, keypoints: [] });
const sideOf = (part: PicturePart): number => Math.max(part.width, part.height);
const isWhole = (part: PicturePart): boolean => sideOf(part) === 2000;
const isTile = (part: PicturePart): boolean => [410, 683, 1024].includes(sideOf(part));
const holds = (part: PicturePart, [x0, y0, x1, y1]: Box): boolean =>
  part.x <= x0 && part.y <= y0 && part.x + part.width >= x1 && part.y + part.height >= y1;

/** A detector that sees what `at` says of a part, above what it is asked for. */
function searcher(at: (part: PicturePart) => Candidate[], secondLooks = true): Searcher {
  return {
    look: async (part, least) => at(part).filter(({ score }) => score > least),
    merge: (candidates) => suppressWeighted(candidates, 0.3),
    threshold: 0.6,
    atOnce: 2,
    secondLooks,
  };
}

const search = (one: Searcher, confidence = 0.25) => searchWithTiles(PICTURE, one, confidence, undefined);
const FACE: Box = [500, 500, 560, 560];
const AREA: Box = [440, 480, 620, 620];

it("merges what several tiles and the whole show into one", async () => {
  const found = await search(searcher((part) => (holds(part, FACE) ? [seen(FACE, 0.9)] : [])));
  expect(found).toHaveLength(1);
  expect(found[0]?.box.map(Math.round)).toEqual(FACE);
});

it("drops what only tiles show and what is not seen again from other distances", async () => {
  const inTiles = (part: PicturePart) => (isTile(part) && holds(part, FACE) ? [seen(FACE, 0.7)] : []);
  expect(await search(searcher(inTiles))).toEqual([]);
  const everywhere = (part: PicturePart) => (!isWhole(part) && holds(part, FACE) ? [seen(FACE, 0.7)] : []);
  expect(await search(searcher(everywhere))).toHaveLength(1);
});

it("does not look again at what a tile shows beyond doubt, or where a second network does", async () => {
  const sure = (part: PicturePart) => (isTile(part) && holds(part, FACE) ? [seen(FACE, 0.9)] : []);
  expect(await search(searcher(sure))).toHaveLength(1);
  const doubtful = (part: PicturePart) => (isTile(part) && holds(part, FACE) ? [seen(FACE, 0.7)] : []);
  expect(await search(searcher(doubtful, false))).toHaveLength(1);
});

it("asks tiles for the detector's own threshold, whatever the confidence", async () => {
  const faint = (part: PicturePart) => (!isWhole(part) && holds(part, FACE) ? [seen(FACE, 0.59)] : []);
  expect(await search(searcher(faint), 0.05)).toEqual([]);
  const good = (part: PicturePart) => (holds(part, FACE) && !isWhole(part) ? [seen(FACE, 0.8)] : []);
  expect(await search(searcher(good), 0.79)).toHaveLength(1);
  expect(await search(searcher(good), 0.8)).toEqual([]);
});

it("drops a doubtful find of the whole around a sure one of a tile, and keeps a sure one", async () => {
  const around = (score: number) => (part: PicturePart) =>
    isWhole(part) ? [seen(AREA, score)] : holds(part, FACE) ? [seen(FACE, 0.9)] : [];
  expect((await search(searcher(around(0.5)))).map(({ score }) => score)).toEqual([0.9]);
  expect((await search(searcher(around(0.7)))).map(({ score }) => score)).toEqual([0.9, 0.7]);
});

it("keeps a doubtful find of the whole where tiles show nothing", async () => {
  const found = await search(searcher((part) => (isWhole(part) ? [seen(AREA, 0.3)] : [])));
  expect(found.map(({ score }) => score)).toEqual([0.3]);
});

it("marks what only tiles show, and not what the whole shows above the threshold as well", async () => {
  const markOf = async (inWhole: number, confidence?: number) => {
    const at = (part: PicturePart) =>
      isWhole(part) ? [seen(FACE, inWhole)] : holds(part, FACE) ? [seen(FACE, 0.9)] : [];
    return (await search(searcher(at), confidence)).map(({ onlyInTiles = false }) => onlyInTiles);
  };
  expect(await markOf(0)).toEqual([true]);
  expect(await markOf(0.7)).toEqual([false]);
  // At a low confidence the whole shows anything.
  expect(await markOf(0.1, 0.05)).toEqual([true]);
});
