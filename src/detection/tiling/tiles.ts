import type { Box } from "../../contracts/detection.ts";
import type { InputSize, PicturePart } from "../sampling/letterbox.ts";

/** Up to this long side a picture is looked at as a whole only. */
const LARGEST_WHOLE = 1280;
/** Sides of the tiles, in pixels of the picture. With them all 29 faces of a group photo of 2048 pixels are found. */
const SIDES = [410, 683, 1024] as const;
/** Share of a tile that the next one shows again: what is smaller than that is whole in one of them. */
const OVERLAP = 0.3;
/** What comes nearer than this share of a tile to an edge within the picture may be cut off by it. */
const EDGE = 0.02;
/** A detector finds what takes more than about this share of the long side of what it looks at. */
const SMALLEST_FIND = 0.05;
const NEXT_SIDE = 1.6;
/** In pictures that would need more, tiles are larger: a bound on the time, paid with the smallest finds. */
const MOST_TILES = 128;
const SCALE_STEP = 1.02;

/** The overlapping squares in which small things are looked for; none in a picture of at most 1280 pixels a side. */
export function planTiles(picture: InputSize): PicturePart[] {
  if (Math.max(picture.width, picture.height) <= LARGEST_WHOLE) return [];
  return tilesOf(picture, tileScale(picture));
}

/**
 * By how much the tiles of this picture are larger than those of a small one; at least 1. What only they can
 * show is not lost when the picture is made smaller by this factor, and the tiles stay the same shares of it.
 */
export function tileScale(picture: InputSize): number {
  let scale = 1;
  while (tilesOf(picture, scale).length > MOST_TILES) scale *= SCALE_STEP;
  return scale;
}

/** Whether a box may be cut off by its tile: it comes close to an edge of it that is not the picture's own. */
export function touchesInnerEdge([x0, y0, x1, y1]: Box, tile: PicturePart, picture: InputSize): boolean {
  const margin = EDGE * Math.max(tile.width, tile.height);
  const right = tile.x + tile.width;
  const bottom = tile.y + tile.height;
  return (
    (tile.x > 0 && x0 < tile.x + margin) ||
    (tile.y > 0 && y0 < tile.y + margin) ||
    (right < picture.width && x1 > right - margin) ||
    (bottom < picture.height && y1 > bottom - margin)
  );
}

function tilesOf(picture: InputSize, scale: number): PicturePart[] {
  return sidesOf(picture, scale).flatMap((side) => {
    const across = partsOf(picture.width, side);
    return partsOf(picture.height, side).flatMap(([y, height]) =>
      across.map(([x, width]): PicturePart => ({ x, y, width, height })),
    );
  });
}

/** As many sizes as it takes, so that what is too large for one and too small for the next does not exist. */
function sidesOf({ width, height }: InputSize, scale: number): number[] {
  const sides: number[] = SIDES.map((side) => Math.round(side * scale));
  const smallestInWhole = SMALLEST_FIND * Math.max(width, height);
  for (let last = sides.at(-1) ?? 1; last * OVERLAP < smallestInWhole; ) {
    last = Math.round(last * NEXT_SIDE);
    sides.push(last);
  }
  return sides;
}

/** Starts and lengths of the fewest parts that cover a length with the overlap, evenly spaced. */
function partsOf(length: number, side: number): (readonly [start: number, length: number])[] {
  if (side >= length) return [[0, length]];
  const parts = Math.ceil((length - side) / (side * (1 - OVERLAP))) + 1;
  return Array.from({ length: parts }, (_, part) => [
    Math.round((part * (length - side)) / (parts - 1)),
    side,
  ]);
}
