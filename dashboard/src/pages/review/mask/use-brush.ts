import { type PointerEvent, useRef, useState } from "react";
import type { Zoom } from "../../../components/viewer/use-zoom.ts";
import type { Point, Size } from "../../../components/viewer/zoom.ts";
import { radiusOf, type Stroke, type StrokePoint } from "./strokes.ts";
import type { MaskCanvas } from "./use-mask-canvas.ts";

export type Tool = "brush" | "eraser" | "move";

interface BrushOptions {
  readonly zoom: Zoom;
  readonly mask: MaskCanvas;
  readonly size: Size;
  readonly tool: Tool;
  /** CSS pixels across, however near one looks. */
  readonly brush: number;
}

type Handlers = Record<
  "onPointerDown" | "onPointerMove" | "onPointerUp" | "onPointerCancel" | "onPointerLeave",
  (event: PointerEvent<HTMLElement>) => void
>;

const MIDDLE_BUTTON = 1;
/** In `buttons`: the other end of a pen. */
const PEN_ERASER = 32;

/** One finger, pen or mouse draws, two fingers zoom and move. */
export function useBrush({ zoom, mask, size, tool, brush }: BrushOptions) {
  const stroke = useRef<{ id: number; stroke: Stroke } | null>(null);
  const fingers = useRef(new Map<number, PointerEvent<HTMLElement>>());
  const [cursor, setCursor] = useState<Point | null>(null);
  const { view, stage, pointAt } = zoom;

  const pointOf = (event: {
    clientX: number;
    clientY: number;
    pressure: number;
    pointerType: string;
  }): StrokePoint => {
    const at = pointAt(event);
    const perPixel = size.width / ((stage.current?.clientWidth ?? 1) * view.scale);
    return {
      x: ((at.x - view.x) / view.scale) * size.width,
      y: ((at.y - view.y) / view.scale) * size.height,
      radius: radiusOf(brush, event.pressure, event.pointerType) * perPixel,
    };
  };
  const extend = (points: readonly StrokePoint[]) => {
    const now = stroke.current;
    if (now === null) return;
    const from = now.stroke.points.length;
    now.stroke = { ...now.stroke, points: [...now.stroke.points, ...points] };
    mask.draw(now.stroke, from);
  };
  const lift = (event: PointerEvent<HTMLElement>, isKept: boolean) => {
    fingers.current.delete(event.pointerId);
    zoom.handlers.onPointerUp(event);
    const now = stroke.current;
    if (now?.id !== event.pointerId) return;
    stroke.current = null;
    if (isKept) mask.finish(now.stroke);
    else mask.redraw();
  };
  const handlers: Handlers = {
    onPointerDown(event) {
      fingers.current.set(event.pointerId, event);
      event.currentTarget.setPointerCapture(event.pointerId);
      const isMove = tool === "move" || event.button === MIDDLE_BUTTON;
      if (isMove || fingers.current.size > 1) {
        if (stroke.current !== null) mask.redraw();
        stroke.current = null;
        for (const finger of fingers.current.values()) zoom.handlers.onPointerDown(finger);
        return;
      }
      const erases = tool === "eraser" || (event.buttons & PEN_ERASER) !== 0;
      stroke.current = { id: event.pointerId, stroke: { erases, points: [] } };
      extend([pointOf(event)]);
    },
    onPointerMove(event) {
      setCursor(event.pointerType === "touch" ? null : pointAt(event));
      if (stroke.current === null) return zoom.handlers.onPointerMove(event);
      if (stroke.current.id !== event.pointerId) return;
      const passed = event.nativeEvent.getCoalescedEvents?.() ?? [];
      extend((passed.length === 0 ? [event] : passed).map(pointOf));
    },
    onPointerUp: (event) => lift(event, true),
    onPointerCancel: (event) => lift(event, false),
    onPointerLeave: () => setCursor(null),
  };
  return { handlers, cursor: tool === "move" ? null : cursor };
}
