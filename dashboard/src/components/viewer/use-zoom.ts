import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import { type Point, pan, type View, WHOLE, zoomAt } from "./zoom.ts";

export interface Zoom {
  readonly stage: RefObject<HTMLElement | null>;
  readonly view: View;
  readonly setView: (view: View) => void;
  /** Around the middle. */
  readonly zoomBy: (factor: number) => void;
  readonly reset: () => void;
  /** Where on the stage a place of the window is. */
  readonly pointAt: (place: Place) => Point;
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerCancel: (event: PointerEvent<HTMLElement>) => void;
    readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  };
}

/** CSS pixels of the window. */
type Place = Readonly<Pick<MouseEvent, "clientX" | "clientY">>;

const STEP = 1.5;
/** How far an arrow moves, as a share of the stage. */
const KEY_SHARE = 0.1;
const WHEEL_SPEED = 0.0022;
const MIDDLE: Point = { x: 0.5, y: 0.5 };

const KEYS: Readonly<Record<string, (view: View) => View>> = {
  "+": (view) => zoomAt(view, STEP, MIDDLE),
  "=": (view) => zoomAt(view, STEP, MIDDLE),
  "-": (view) => zoomAt(view, 1 / STEP, MIDDLE),
  "0": () => WHOLE,
  ArrowLeft: (view) => pan(view, KEY_SHARE, 0),
  ArrowRight: (view) => pan(view, -KEY_SHARE, 0),
  ArrowUp: (view) => pan(view, 0, KEY_SHARE),
  ArrowDown: (view) => pan(view, 0, -KEY_SHARE),
};

/** Where one looks: what `useState` gives, of this stage alone or of several that move together. */
export type SharedView = readonly [view: View, setView: (next: View | ((view: View) => View)) => void];

/** @param shared of stages of one size that show the same part */
export function useZoom(shared?: SharedView): Zoom {
  const stage = useRef<HTMLElement>(null);
  const own = useState(WHOLE);
  const [view, setView] = shared ?? own;
  const fingers = useRef(new Map<number, Place>());
  useWheel(stage, view.scale, setView);
  const pointAt = (place: Place) => pointOn(stage.current, place);
  const lift = ({ pointerId }: PointerEvent<HTMLElement>) => {
    fingers.current.delete(pointerId);
  };
  return {
    stage,
    view,
    setView,
    zoomBy: (factor) => setView((now) => zoomAt(now, factor, MIDDLE)),
    reset: () => setView(WHOLE),
    pointAt,
    handlers: {
      onPointerDown(event) {
        fingers.current.set(event.pointerId, placeOf(event));
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove(event) {
        const from = fingers.current.get(event.pointerId);
        if (from === undefined) return;
        const to = placeOf(event);
        const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
        fingers.current.set(event.pointerId, to);
        const [before, after] = [pointAt(from), pointAt(to)];
        setView((now) =>
          other === undefined
            ? pan(now, after.x - before.x, after.y - before.y)
            : zoomAt(now, distance(to, other) / Math.max(1, distance(from, other)), pointAt(other)),
        );
      },
      onPointerUp: lift,
      onPointerCancel: lift,
      onKeyDown(event) {
        const change = KEYS[event.key];
        if (change === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        setView(change);
      },
    },
  };
}

/** Listened to by hand, since React's own listener may not keep the page from scrolling. The whole picture lets it scroll on. */
function useWheel(
  stage: RefObject<HTMLElement | null>,
  scale: number,
  setView: (change: (view: View) => View) => void,
): void {
  useEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      if (scale === 1 && event.deltaY > 0) return;
      event.preventDefault();
      const point = pointOn(element, event);
      const speed = event.ctrlKey ? WHEEL_SPEED * 4 : WHEEL_SPEED;
      setView((now) => zoomAt(now, Math.exp(-event.deltaY * speed), point));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  });
}

function pointOn(stage: HTMLElement | null, { clientX, clientY }: Place): Point {
  if (stage === null) return MIDDLE;
  const { left, top, width, height } = stage.getBoundingClientRect();
  return { x: (clientX - left) / Math.max(1, width), y: (clientY - top) / Math.max(1, height) };
}

/** Events are not kept: browsers may use them again. */
function placeOf({ clientX, clientY }: Place): Place {
  return { clientX, clientY };
}

function distance(one: Place, other: Place): number {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}
