import type { Box, Point3 } from "../../contracts/detection.ts";
import { fromRegion, type Region } from "./region.ts";

interface PointLayout {
  readonly count: number;
  /** Values for each point; the first three are x, y and depth. */
  readonly stride: number;
  /** Side of the network's input, in whose pixels the values are. */
  readonly inputSize: number;
  /** By which the network's depths are divided to have the scale of its x and y; default 1. */
  readonly depthScale?: number;
}

/** A network's points of a region, in pixels of the picture; the depth has the same scale, nearer is less. */
export function pointsInPicture(
  values: Float32Array,
  { count, stride, inputSize, depthScale = 1 }: PointLayout,
  region: Region,
): Point3[] {
  return Array.from({ length: count }, (_, point): Point3 => {
    const at = (place: number): number => (values[point * stride + place] as number) / inputSize;
    return [...fromRegion(region, [at(0), at(1)]), (at(2) / depthScale) * region.side];
  });
}

/** The smallest box around points, of which there is at least one. */
export function boxAround(points: readonly Point3[]): Box {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
