/**
 * How a picture that fits its stage is moved and enlarged: a point p of the stage lands at `p × scale + (x, y)`, all in
 * shares of the stage, so that it is the same part of the picture however large the stage is.
 */
export interface View {
  readonly x: number;
  readonly y: number;
  /** 1 = the whole picture. */
  readonly scale: number;
}

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Shares of the stage's width and height, from its upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export const WHOLE: View = { x: 0, y: 0, scale: 1 };
const LARGEST_SCALE = 40;

/** Enlarges around a point, which stays where it is as far as the edges allow. */
export function zoomAt(view: View, factor: number, point: Point): View {
  const scale = Math.min(LARGEST_SCALE, Math.max(1, view.scale * factor));
  const ratio = scale / view.scale;
  return keepInside({
    scale,
    x: point.x - (point.x - view.x) * ratio,
    y: point.y - (point.y - view.y) * ratio,
  });
}

/** @param dx, dy shares of the stage */
export function pan(view: View, dx: number, dy: number): View {
  return keepInside({ ...view, x: view.x + dx, y: view.y + dy });
}

/** As large as a part of the picture fits; `box` in shares of the picture, 0 to 1. */
export function showBox([x0, y0, x1, y1]: readonly [x0: number, y0: number, x1: number, y1: number]): View {
  const wanted = Math.min(1 / Math.max(x1 - x0, 1e-6), 1 / Math.max(y1 - y0, 1e-6));
  return lookAt({ x: (x0 + x1) / 2, y: (y0 + y1) / 2 }, wanted);
}

const VIEW_TEXT = /^\d+(?:\.\d+)?(?:,\d+(?:\.\d+)?){2}$/;

/** As an address says it: how many times, and in percent of the picture where the middle is. */
export function writeView({ x, y, scale }: View): string {
  const percent = (offset: number) => Number((((0.5 - offset) / scale) * 100).toFixed(2));
  return [Number(scale.toFixed(2)), percent(x), percent(y)].join(",");
}

/** Back from an address; the whole picture for what says no part of it. */
export function readView(text: unknown): View {
  if (typeof text !== "string" || !VIEW_TEXT.test(text)) return WHOLE;
  const [scale = 1, x = 50, y = 50] = text.split(",").map(Number);
  return lookAt({ x: x / 100, y: y / 100 }, scale);
}

/** In CSS, of a stage for pictures of this size. @param maxHeight a length */
export function shapeOf({ width, height }: Size, maxHeight: string) {
  return { aspectRatio: `${width} / ${height}`, maxWidth: `calc(${maxHeight} * ${width / height})` };
}

/** In CSS, of what fills the stage, with its upper left corner as origin. */
export function transformOf({ x, y, scale }: View): string {
  return `translate(${x * 100}%, ${y * 100}%) scale(${scale})`;
}

/** @param middle in shares of the picture */
function lookAt(middle: Point, wanted: number): View {
  const scale = Math.min(LARGEST_SCALE, Math.max(1, wanted));
  return keepInside({ scale, x: 0.5 - middle.x * scale, y: 0.5 - middle.y * scale });
}

/** No edge of the picture comes into the stage. */
function keepInside({ x, y, scale }: View): View {
  const inside = (offset: number) => Math.min(0, Math.max(1 - scale, offset));
  return { scale, x: inside(x), y: inside(y) };
}
