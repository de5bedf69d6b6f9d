import { useEffect } from "react";
import { isTyping } from "../../../components/is-typing.ts";
import type { Tool } from "./use-brush.ts";
import type { MaskCanvas } from "./use-mask-canvas.ts";

interface EditorKeys extends Pick<MaskCanvas, "undo" | "redo"> {
  readonly setTool: (tool: Tool) => void;
  readonly setBrush: (change: (brush: number) => number) => void;
}

export const BRUSHES = { min: 4, max: 200 } as const;
const STEP = 1.25;

const bounded = (brush: number) => Math.round(Math.min(BRUSHES.max, Math.max(BRUSHES.min, brush)));

/** Keys of the tools; they come before those of the page, where `z` takes a decision back. */
export function useEditorKeys({ undo, redo, setTool, setBrush }: EditorKeys): void {
  useEffect(() => {
    const actions: Readonly<Record<string, () => void>> = {
      z: undo,
      Z: redo,
      y: redo,
      b: () => setTool("brush"),
      e: () => setTool("eraser"),
      h: () => setTool("move"),
      "[": () => setBrush((brush) => bounded(brush / STEP)),
      "]": () => setBrush((brush) => bounded(brush * STEP)),
    };
    const onKey = (event: KeyboardEvent) => {
      const action = actions[event.key];
      const isRange = event.target instanceof HTMLInputElement && event.target.type === "range";
      if (action === undefined || event.altKey || (isTyping(event) && !isRange)) return;
      if ((event.ctrlKey || event.metaKey) && !/^[zy]$/i.test(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      action();
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  });
}
