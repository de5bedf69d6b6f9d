import { Maximize, ZoomIn, ZoomOut } from "lucide-react";
import { IconButton } from "../../components/icon-button.tsx";
import { LAYER_TITLES, type Layers } from "./layers.ts";
import styles from "./stage-toolbar.module.css";

interface StageToolbarProps {
  readonly layers: Layers;
  readonly onLayers: (layers: Layers) => void;
  readonly zoom: number;
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
}

export const ZOOM_STEP = 1.5;

/** What is drawn, and how near one looks. */
export function StageToolbar({ layers, onLayers, zoom, onZoom, onFit }: StageToolbarProps) {
  return (
    <div className={styles["bar"]}>
      <fieldset className={styles["layers"]}>
        <legend className="visually-hidden">Drawn over the picture</legend>
        {LAYER_TITLES.map(({ name, title }) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={layers[name]}
              onChange={({ target }) => onLayers({ ...layers, [name]: target.checked })}
            />
            {title}
          </label>
        ))}
      </fieldset>
      <div className={styles["zoom"]}>
        <IconButton icon={ZoomOut} label="Look from farther (−)" onClick={() => onZoom(1 / ZOOM_STEP)} />
        <output aria-label="Zoom">{Math.round(zoom * 100)} %</output>
        <IconButton icon={ZoomIn} label="Look closer (+)" onClick={() => onZoom(ZOOM_STEP)} />
        <IconButton icon={Maximize} label="The whole picture (0)" onClick={onFit} />
      </div>
    </div>
  );
}
