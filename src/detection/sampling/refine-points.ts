import { sigmoid } from "../sigmoid.ts";

/** A network's maps, one for each point: rows, then columns, then points; raw values, before their sigmoid. */
export interface HeatMaps {
  readonly side: number;
  readonly count: number;
  readonly data: Float32Array;
}

/** Cells around a point's own that are looked at, in each direction. */
const REACH = 3;
/** A point stays where it is unless some cell is at least this sure of it. */
const LEAST_CONFIDENCE = 0.5;

/**
 * Moves points to the centre of mass of their heat maps around them: MediaPipe's refinement of poses
 * (RefineLandmarksFromHeatmapCalculator, kernel 7). `values` are x, y and others of each point, in pixels of an input
 * of `inputSize`; gives a copy with other x and y. As in the original a cell's place is its left upper corner.
 */
export function refinePoints(
  values: Float32Array,
  stride: number,
  inputSize: number,
  maps: HeatMaps,
): Float32Array {
  const refined = values.slice();
  const perCell = inputSize / maps.side;
  for (let point = 0; point < maps.count; point++) {
    const x = Math.trunc((values[point * stride] as number) / perCell);
    const y = Math.trunc((values[point * stride + 1] as number) / perCell);
    if (x < 0 || y < 0 || x >= maps.side || y >= maps.side) continue;
    const centre = centreOfMass(maps, point, x, y);
    if (centre === null) continue;
    refined[point * stride] = centre[0] * perCell;
    refined[point * stride + 1] = centre[1] * perCell;
  }
  return refined;
}

function centreOfMass(
  { side, count, data }: HeatMaps,
  point: number,
  x: number,
  y: number,
): readonly [number, number] | null {
  let [sum, across, down, best] = [0, 0, 0, 0];
  for (let row = Math.max(0, y - REACH); row <= Math.min(side - 1, y + REACH); row++) {
    for (let column = Math.max(0, x - REACH); column <= Math.min(side - 1, x + REACH); column++) {
      const confidence = sigmoid(data[(row * side + column) * count + point] as number);
      sum += confidence;
      across += column * confidence;
      down += row * confidence;
      best = Math.max(best, confidence);
    }
  }
  return best >= LEAST_CONFIDENCE ? [across / sum, down / sum] : null;
}
