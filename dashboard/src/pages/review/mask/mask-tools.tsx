import { Brush, Eraser, Hand, Redo2, Trash2, Undo2 } from "lucide-react";
import { IconButton } from "../../../components/icon-button.tsx";
import { Segments } from "../../../components/segments.tsx";
import styles from "./mask-tools.module.css";
import type { Tool } from "./use-brush.ts";
import { BRUSHES } from "./use-editor-keys.ts";
import type { MaskCanvas } from "./use-mask-canvas.ts";

interface MaskToolsProps {
  readonly tool: Tool;
  /** CSS pixels across. */
  readonly brush: number;
  /** Of the mask over the picture, 0 to 1. */
  readonly opacity: number;
  readonly mask: MaskCanvas;
  readonly onTool: (tool: Tool) => void;
  readonly onBrush: (brush: number) => void;
  readonly onOpacity: (opacity: number) => void;
}

const TOOLS = [
  { id: "brush", title: "Draw", hint: "Key b", icon: Brush },
  { id: "eraser", title: "Erase", hint: "Key e", icon: Eraser },
  { id: "move", title: "Move", hint: "Key h", icon: Hand },
] as const;

export function MaskTools({ tool, brush, opacity, mask, onTool, onBrush, onOpacity }: MaskToolsProps) {
  return (
    <div className={styles["tools"]}>
      <Segments label="Tool" options={TOOLS} chosen={tool} onChoose={onTool} />
      <label className={styles["range"]}>
        Brush
        <input
          type="range"
          {...BRUSHES}
          value={brush}
          onChange={(event) => onBrush(Number(event.target.value))}
        />
        <output>{brush}</output>
      </label>
      <label className={styles["range"]}>
        Opacity
        <input
          type="range"
          min={10}
          max={100}
          value={Math.round(opacity * 100)}
          onChange={(event) => onOpacity(Number(event.target.value) / 100)}
        />
      </label>
      <span className={styles["steps"]}>
        <IconButton icon={Undo2} label="Undo (z)" disabled={!mask.canUndo} onClick={mask.undo} />
        <IconButton icon={Redo2} label="Redo (Shift z)" disabled={!mask.canRedo} onClick={mask.redo} />
        <IconButton icon={Trash2} label="Erase everything" onClick={mask.clear} />
      </span>
    </div>
  );
}
