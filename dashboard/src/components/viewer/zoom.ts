/** How a picture that fits its stage is moved and enlarged: a point p of the stage lands at `p × scale + (x, y)`. */
export interface View {
  readonly x: number;
  readonly y: number;
  /** 1 = the whole picture. */
  readonly scale: number;
}

/** CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export const WHOLE: View = { x: 0, y: 0, scale: 1 };
const LARGEST_SCALE = 40;

/** Enlarges around a point, which stays where it is as far as the edges allow. */
export function zoomAt(view: View, factor: number, point: { x: number; y: number }, stage: Size): View {
  const scale = Math.min(LARGEST_SCALE, Math.max(1, view.scale * factor));
  const ratio = scale / view.scale;
  return keepInside(
    { scale, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio },
    stage,
  );
}

export function pan(view: View, dx: number, dy: number, stage: Size): View {
  return keepInside({ ...view, x: view.x + dx, y: view.y + dy }, stage);
}

/** As large as a part of the picture fits; `box` in shares of the picture, 0 to 1. */
export function showBox(box: readonly [x0: number, y0: number, x1: number, y1: number], stage: Size): View {
  const [x0, y0, x1, y1] = box;
  const wanted = Math.min(1 / Math.max(x1 - x0, 1e-6), 1 / Math.max(y1 - y0, 1e-6));
  const scale = Math.min(LARGEST_SCALE, Math.max(1, wanted));
  const middle = { x: ((x0 + x1) / 2) * stage.width, y: ((y0 + y1) / 2) * stage.height };
  return keepInside(
    { scale, x: stage.width / 2 - middle.x * scale, y: stage.height / 2 - middle.y * scale },
    stage,
  );
}

/** No edge of the picture comes into the stage. */
function keepInside({ x, y, scale }: View, stage: Size): View {
  return {
    scale,
    x: Math.min(0, Math.max(stage.width * (1 - scale), x)),
    y: Math.min(0, Math.max(stage.height * (1 - scale), y)),
  };
}
