import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import { pan, type Size, type View, WHOLE, zoomAt } from "./zoom.ts";

export interface Zoom {
  readonly stage: RefObject<HTMLElement | null>;
  readonly view: View;
  readonly setView: (view: View) => void;
  readonly stageSize: () => Size;
  /** Around the middle. */
  readonly zoomBy: (factor: number) => void;
  readonly reset: () => void;
  /** Which share of the picture's width lies at a place of the window, 0 to 100. */
  readonly shareAt: (clientX: number) => number;
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void;
    readonly onPointerCancel: (event: PointerEvent<HTMLElement>) => void;
    readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  };
}

const STEP = 1.5;
const KEY_PIXELS = 60;
const WHEEL_SPEED = 0.0022;

const KEYS: Readonly<Record<string, (view: View, stage: Size) => View>> = {
  "+": (view, stage) => zoomAt(view, STEP, middleOf(stage), stage),
  "=": (view, stage) => zoomAt(view, STEP, middleOf(stage), stage),
  "-": (view, stage) => zoomAt(view, 1 / STEP, middleOf(stage), stage),
  "0": () => WHOLE,
  ArrowLeft: (view, stage) => pan(view, KEY_PIXELS, 0, stage),
  ArrowRight: (view, stage) => pan(view, -KEY_PIXELS, 0, stage),
  ArrowUp: (view, stage) => pan(view, 0, KEY_PIXELS, stage),
  ArrowDown: (view, stage) => pan(view, 0, -KEY_PIXELS, stage),
};

/** Where one looks: what `useState` gives, of this stage alone or of several that move together. */
export type SharedView = readonly [view: View, setView: (next: View | ((view: View) => View)) => void];

/** @param shared of stages of one size that show the same part */
export function useZoom(shared?: SharedView): Zoom {
  const stage = useRef<HTMLElement>(null);
  const own = useState(WHOLE);
  const [view, setView] = shared ?? own;
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const stageSize = (): Size => ({
    width: stage.current?.clientWidth ?? 1,
    height: stage.current?.clientHeight ?? 1,
  });
  useWheel(stage, view.scale, setView);
  const inStage = ({ clientX, clientY }: { clientX: number; clientY: number }) => {
    const { left = 0, top = 0 } = stage.current?.getBoundingClientRect() ?? {};
    return { x: clientX - left, y: clientY - top };
  };
  const lift = ({ pointerId }: PointerEvent<HTMLElement>) => {
    fingers.current.delete(pointerId);
  };
  return {
    stage,
    view,
    setView,
    stageSize,
    zoomBy: (factor) => setView((now) => zoomAt(now, factor, middleOf(stageSize()), stageSize())),
    reset: () => setView(WHOLE),
    shareAt: (clientX) => {
      const { x } = inStage({ clientX, clientY: 0 });
      return Math.min(100, Math.max(0, ((x - view.x) / view.scale / stageSize().width) * 100));
    },
    handlers: {
      onPointerDown(event) {
        fingers.current.set(event.pointerId, inStage(event));
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove(event) {
        const from = fingers.current.get(event.pointerId);
        if (from === undefined) return;
        const to = inStage(event);
        const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
        fingers.current.set(event.pointerId, to);
        const size = stageSize();
        setView((now) =>
          other === undefined
            ? pan(now, to.x - from.x, to.y - from.y, size)
            : zoomAt(now, distance(to, other) / Math.max(1, distance(from, other)), other, size),
        );
      },
      onPointerUp: lift,
      onPointerCancel: lift,
      onKeyDown(event) {
        const change = KEYS[event.key];
        if (change === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        setView((now) => change(now, stageSize()));
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
      const { left, top } = element.getBoundingClientRect();
      const point = { x: event.clientX - left, y: event.clientY - top };
      const size = { width: element.clientWidth, height: element.clientHeight };
      const speed = event.ctrlKey ? WHEEL_SPEED * 4 : WHEEL_SPEED;
      setView((now) => zoomAt(now, Math.exp(-event.deltaY * speed), point, size));
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  });
}

function middleOf({ width, height }: Size) {
  return { x: width / 2, y: height / 2 };
}

function distance(one: { x: number; y: number }, other: { x: number; y: number }): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
