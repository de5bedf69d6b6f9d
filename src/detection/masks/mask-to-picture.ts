import type { Size } from "../../image/raster.ts";
import { fromRegion, type Region } from "../sampling/region.ts";
import { type Pair, type Patch, type Placement, placeMask } from "./place-mask.ts";
import type { ShareMap } from "./share-map.ts";

/** The map laid over the whole picture, its aspect not kept. Null where no pixel is inside. */
export function stretchMask(shares: ShareMap, picture: Size): Patch | null {
  const placement = {
    origin: [0, 0],
    across: [shares.width / picture.width, 0],
    down: [0, shares.height / picture.height],
  } as const;
  return placeMask(shares, placement, { x0: 0, y0: 0, x1: picture.width, y1: picture.height });
}

/** The map laid over a rotated square of the picture; beyond the square nothing is inside. Null where nothing is. */
export function maskOfRegion(shares: ShareMap, region: Region, picture: Size): Patch | null {
  const corners = [
    fromRegion(region, [0, 0]),
    fromRegion(region, [1, 0]),
    fromRegion(region, [0, 1]),
    fromRegion(region, [1, 1]),
  ];
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const window = {
    x0: Math.max(0, Math.floor(Math.min(...xs))),
    y0: Math.max(0, Math.floor(Math.min(...ys))),
    x1: Math.min(picture.width, Math.ceil(Math.max(...xs))),
    y1: Math.min(picture.height, Math.ceil(Math.max(...ys))),
  };
  return placeMask(shares, inRegion(shares, region), window);
}

function inRegion({ width, height }: Size, { centre, side, angle }: Region): Placement {
  const [cos, sin] = [Math.cos(angle) / side, Math.sin(angle) / side];
  const across: Pair = [cos * width, -sin * height];
  const down: Pair = [sin * width, cos * height];
  return {
    origin: [
      width / 2 - centre[0] * across[0] - centre[1] * down[0],
      height / 2 - centre[0] * across[1] - centre[1] * down[1],
    ],
    across,
    down,
  };
}
