import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { IconButton } from "../icon-button.tsx";
import type { Zoom } from "./use-zoom.ts";
import styles from "./zoom-controls.module.css";

const STEP = 1.5;

/** How near one looks, for whoever has neither wheel nor two fingers. */
export function ZoomControls({ view, zoomBy, reset }: Pick<Zoom, "view" | "zoomBy" | "reset">) {
  return (
    <div className={styles["zoom"]}>
      <IconButton icon={ZoomOut} label="Zoom out" onClick={() => zoomBy(1 / STEP)} />
      <output className={styles["scale"]}>{Math.round(view.scale * 100)} %</output>
      <IconButton icon={ZoomIn} label="Zoom in" onClick={() => zoomBy(STEP)} />
      <IconButton icon={Maximize} label="Show all of it" onClick={reset} />
    </div>
  );
}
