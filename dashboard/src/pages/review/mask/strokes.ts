/* What a person draws into a mask, as what it is made of: so that all of it can be taken back. */

/** In pixels of the mask. */
export interface StrokePoint {
  readonly x: number;
  readonly y: number;
  /** Half the width of the brush there; a pen's follows its pressure. */
  readonly radius: number;
}

export interface Stroke {
  readonly erases: boolean;
  readonly points: readonly StrokePoint[];
}

/** What was drawn, and what was taken back and can be drawn again. */
export interface Drawing {
  readonly done: readonly Stroke[];
  readonly undone: readonly Stroke[];
}

export const NOTHING_DRAWN: Drawing = { done: [], undone: [] };

export function addStroke({ done }: Drawing, stroke: Stroke): Drawing {
  return { done: [...done, stroke], undone: [] };
}

export function undoStroke({ done, undone }: Drawing): Drawing {
  const last = done.at(-1);
  return last === undefined ? { done, undone } : { done: done.slice(0, -1), undone: [...undone, last] };
}

export function redoStroke({ done, undone }: Drawing): Drawing {
  const last = undone.at(-1);
  return last === undefined ? { done, undone } : { done: [...done, last], undone: undone.slice(0, -1) };
}

/** Nothing is that thin: a pen that barely touches still draws. */
const LEAST_PRESSURE = 0.3;

/**
 * @param pressure 0 to 1; 0.5 is what a mouse says, which is the brush as it is
 */
export function radiusOf(size: number, pressure: number, pointerType: string): number {
  const share = pointerType === "pen" ? Math.max(LEAST_PRESSURE, Math.min(1, pressure * 1.5)) : 1;
  return Math.max(0.5, (size / 2) * share);
}

type Painter = Pick<
  CanvasRenderingContext2D,
  "beginPath" | "moveTo" | "lineTo" | "arc" | "fill" | "stroke"
> & { lineWidth: number; globalCompositeOperation: GlobalCompositeOperation };

/** Draws what of a stroke lies behind the first `from` points. */
export function paintStroke(context: Painter, { erases, points }: Stroke, from = 0): void {
  context.globalCompositeOperation = erases ? "destination-out" : "source-over";
  for (const [at, point] of points.entries()) {
    if (at < from) continue;
    const before = points[at - 1];
    if (before !== undefined) {
      context.beginPath();
      context.lineWidth = before.radius + point.radius;
      context.moveTo(before.x, before.y);
      context.lineTo(point.x, point.y);
      context.stroke();
    }
    context.beginPath();
    context.arc(point.x, point.y, point.radius, 0, Math.PI * 2);
    context.fill();
  }
}
