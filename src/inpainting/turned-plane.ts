import type { Point } from "../contracts/detection.ts";
import type { Turn } from "../contracts/tasks.ts";
import { boxSize } from "../image/crop-rows.ts";
import type { PixelBox, Size } from "../image/raster.ts";
import type { PlaneMap } from "../image/turn-image.ts";
import type { Region } from "./regions.ts";

/** Rolls below this many degrees are left as they are: models know faces that are tilted a little. */
const SMALLEST_TURN = 3;

/** The roll of the face that covers most of a region; 0 where none does, or it is upright enough. */
export function turnOf({ box }: Region, turns: readonly Turn[]): number {
  let [roll, most] = [0, 0];
  for (const turn of turns) {
    const shared = sharedArea(box, turn.box);
    if (shared > most) [roll, most] = [turn.roll, shared];
  }
  return Math.abs(roll) < SMALLEST_TURN ? 0 : roll;
}

function sharedArea({ x0, y0, x1, y1 }: PixelBox, [left, top, right, bottom]: Turn["box"]): number {
  const width = Math.min(x1, right) - Math.max(x0, left);
  const height = Math.min(y1, bottom) - Math.max(y0, top);
  return Math.max(0, width) * Math.max(0, height);
}

/** A plane turned about a point: in it, what is turned by `roll` in the image stands upright. */
export interface TurnedPlane {
  /** Degrees, clockwise as seen. */
  readonly roll: number;
  readonly centre: Point;
}

/** The plane turned about a region's middle, and the region's box in it. */
export function turnedBox(
  { box, components }: Region,
  roll: number,
): { readonly plane: TurnedPlane; readonly box: PixelBox } {
  const plane: TurnedPlane = { roll, centre: [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2] };
  const bounds = new Bounds();
  for (const { runs } of components) {
    for (let i = 0; i < runs.length; i += 3) {
      const [y, start, end] = [runs[i] as number, runs[i + 1] as number, runs[i + 2] as number];
      for (const x of [start, end]) for (const dy of [0, 1]) bounds.add(intoPlane(plane, [x, y + dy]));
    }
  }
  return { plane, box: bounds.box };
}

class Bounds {
  #x0 = Number.POSITIVE_INFINITY;
  #y0 = Number.POSITIVE_INFINITY;
  #x1 = Number.NEGATIVE_INFINITY;
  #y1 = Number.NEGATIVE_INFINITY;

  add([x, y]: Point): void {
    this.#x0 = Math.min(this.#x0, x);
    this.#y0 = Math.min(this.#y0, y);
    this.#x1 = Math.max(this.#x1, x);
    this.#y1 = Math.max(this.#y1, y);
  }

  get box(): PixelBox {
    return {
      x0: Math.floor(this.#x0),
      y0: Math.floor(this.#y0),
      x1: Math.ceil(this.#x1),
      y1: Math.ceil(this.#y1),
    };
  }
}

const turned = ([x, y]: Point, degrees: number): Point => {
  const [sine, cosine] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  return [x * cosine - y * sine, x * sine + y * cosine];
};

const intoPlane = ({ roll, centre }: TurnedPlane, [x, y]: Point): Point =>
  turned([x - centre[0], y - centre[1]], -roll);

function intoImage({ roll, centre }: TurnedPlane, point: Point): Point {
  const [x, y] = turned(point, roll);
  return [x + centre[0], y + centre[1]];
}

/** Pixels beyond the crop that its samples are made from. */
const KERNEL_REACH = 4;
/** What the turned crop covers of the image, with room for the kernel. */
export function outerBox(plane: TurnedPlane, { x0, y0, x1, y1 }: PixelBox): PixelBox {
  const bounds = new Bounds();
  for (const x of [x0, x1]) for (const y of [y0, y1]) bounds.add(intoImage(plane, [x, y]));
  const { box } = bounds;
  return {
    x0: box.x0 - KERNEL_REACH,
    y0: box.y0 - KERNEL_REACH,
    x1: box.x1 + KERNEL_REACH,
    y1: box.y1 + KERNEL_REACH,
  };
}

/** From pixels of the crop at `size` to those of `source`, a picture of the box `outer`. */
export function mapFromImage(
  plane: TurnedPlane,
  crop: PixelBox,
  size: Size,
  outer: PixelBox,
  source: Size,
): PlaneMap {
  const place = (u: number, v: number): Point => {
    const [x, y] = intoImage(plane, [
      crop.x0 + (u / size.width) * (crop.x1 - crop.x0),
      crop.y0 + (v / size.height) * (crop.y1 - crop.y0),
    ]);
    const { width, height } = boxSize(outer);
    return [((x - outer.x0) / width) * source.width, ((y - outer.y0) / height) * source.height];
  };
  return planeMap(place);
}

/** From pixels of `target`, a picture of the box `back`, to those of the crop at `size`. */
export function mapFromCrop(
  plane: TurnedPlane,
  crop: PixelBox,
  size: Size,
  back: PixelBox,
  target: Size,
): PlaneMap {
  const { width, height } = boxSize(back);
  const place = (u: number, v: number): Point => {
    const [x, y] = intoPlane(plane, [
      back.x0 + (u / target.width) * width,
      back.y0 + (v / target.height) * height,
    ]);
    return [
      ((x - crop.x0) / (crop.x1 - crop.x0)) * size.width,
      ((y - crop.y0) / (crop.y1 - crop.y0)) * size.height,
    ];
  };
  return planeMap(place);
}

/** Turning and scaling are linear: three places tell all. */
function planeMap(place: (u: number, v: number) => Point): PlaneMap {
  const [origin, right, down] = [place(0, 0), place(1, 0), place(0, 1)];
  return {
    origin,
    right: [right[0] - origin[0], right[1] - origin[1]],
    down: [down[0] - origin[0], down[1] - origin[1]],
  };
}
