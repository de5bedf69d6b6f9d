import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { artifactPath } from "../../../api/artifact-path.ts";
import type { Size } from "../../../components/viewer/zoom.ts";
import { alphaToLevels, levelsToAlpha, pngOf } from "./mask-pixels.ts";
import { addStroke, NOTHING_DRAWN, paintStroke, redoStroke, type Stroke, undoStroke } from "./strokes.ts";

const TINT = [224, 56, 154] as const;

export interface MaskCanvas {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  /** False while the mask that one begins with is loaded. */
  readonly isReady: boolean;
  readonly failure: string | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Draws the rest of a stroke that is not finished yet. @param from points that are drawn already */
  readonly draw: (stroke: Stroke, from: number) => void;
  readonly finish: (stroke: Stroke) => void;
  /** Takes back what `draw` did of a stroke that was never finished. */
  readonly redraw: () => void;
  readonly undo: () => void;
  readonly redo: () => void;
  /** Everything is erased, which can be undone as well. */
  readonly clear: () => void;
  /** As a PNG in a `data:` URI; null where nothing is set. */
  readonly read: () => Promise<string | null>;
}

/** A mask that is drawn in: the one it begins with, and strokes over it. */
export function useMaskCanvas(maskImage: string | null, { width, height }: Size): MaskCanvas {
  const canvas = useRef<HTMLCanvasElement>(null);
  const base = useRef<HTMLCanvasElement | null>(null);
  const [drawing, setDrawing] = useState(NOTHING_DRAWN);
  const [isReady, setReady] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const repaint = useCallback((strokes: readonly Stroke[]) => {
    const context = contextOf(canvas.current);
    if (context === null) return;
    context.globalCompositeOperation = "copy";
    if (base.current === null) context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    else context.drawImage(base.current, 0, 0);
    for (const stroke of strokes) paintStroke(context, stroke);
  }, []);

  useEffect(() => {
    let isGone = false;
    tinted(maskImage, { width, height }).then(
      (loaded) => {
        if (isGone) return;
        base.current = loaded;
        repaint([]);
        setReady(true);
      },
      () => {
        if (isGone) return;
        base.current = null;
        setFailure("The mask as it was cannot be shown: draw it anew.");
        setReady(true);
      },
    );
    return () => {
      isGone = true;
    };
  }, [maskImage, width, height, repaint]);
  useEffect(() => repaint(drawing.done), [drawing, repaint]);

  return {
    canvas,
    isReady,
    failure,
    canUndo: drawing.done.length > 0,
    canRedo: drawing.undone.length > 0,
    draw(stroke, from) {
      const context = contextOf(canvas.current);
      if (context !== null) paintStroke(context, stroke, from);
    },
    finish: (stroke) => setDrawing((now) => addStroke(now, stroke)),
    redraw: () => repaint(drawing.done),
    undo: () => setDrawing(undoStroke),
    redo: () => setDrawing(redoStroke),
    clear: () =>
      setDrawing((now) =>
        addStroke(now, { erases: true, points: [{ x: width / 2, y: height / 2, radius: width + height }] }),
      ),
    async read() {
      const context = contextOf(canvas.current);
      if (context === null) throw new Error("This browser draws no canvas, so that there is no mask.");
      const pixels = context.getImageData(0, 0, width, height);
      if (!alphaToLevels(pixels.data)) return null;
      const written = canvasOf({ width, height });
      contextOf(written)?.putImageData(pixels, 0, 0);
      return pngOf(written);
    },
  };
}

function contextOf(canvas: HTMLCanvasElement | null): CanvasRenderingContext2D | null {
  const context = canvas?.getContext("2d", { willReadFrequently: true }) ?? null;
  if (context === null) return null;
  const colour = `rgb(${TINT.join(" ")})`;
  context.fillStyle = colour;
  context.strokeStyle = colour;
  context.lineCap = "round";
  return context;
}

function canvasOf({ width, height }: Size): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

/** White as the tint, black as nothing. */
async function tinted(maskImage: string | null, size: Size): Promise<HTMLCanvasElement | null> {
  if (maskImage === null) return null;
  const image = new Image();
  image.src = artifactPath(maskImage);
  await image.decode();
  const canvas = canvasOf(size);
  const context = contextOf(canvas);
  if (context === null) throw new Error("This browser draws no canvas, so that no mask can be drawn.");
  context.drawImage(image, 0, 0, size.width, size.height);
  const pixels = context.getImageData(0, 0, size.width, size.height);
  levelsToAlpha(pixels.data, TINT);
  context.putImageData(pixels, 0, 0);
  return canvas;
}
