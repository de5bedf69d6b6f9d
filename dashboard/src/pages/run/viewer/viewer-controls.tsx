import { Segments } from "../../../components/segments.tsx";
import { OVERLAYS, type Overlay, type Shown, VIEW_MODES, type ViewMode } from "./view-mode.ts";
import styles from "./viewer-controls.module.css";

interface ViewerControlsProps {
  readonly modes: readonly ViewMode[];
  readonly mode: ViewMode;
  /** What a way is called here, where it is not called as everywhere. */
  readonly titles: Partial<Readonly<Record<ViewMode, string>>>;
  readonly shown: Shown;
  /** Percent of the width that shows what was before. */
  readonly divider: number;
  /** What there is at all. */
  readonly has: Readonly<Record<Overlay, boolean>>;
  /** Why some of it cannot be seen now. */
  readonly whyNot: Partial<Readonly<Record<ViewMode | Overlay, string>>>;
  readonly onMode: (mode: ViewMode) => void;
  readonly onOverlay: (overlay: Overlay, isShown: boolean) => void;
  /** Percent. */
  readonly onOpacity: (opacity: number) => void;
  readonly onDivider: (divider: number) => void;
}

const TITLES: Readonly<Record<Overlay, string>> = { boxes: "Boxes", regions: "Regions", mask: "Mask" };

export function ViewerControls(props: ViewerControlsProps) {
  const { modes, mode, titles, shown, divider, has, whyNot } = props;
  const { onMode, onOverlay, onOpacity, onDivider } = props;
  return (
    <div className={styles["controls"]}>
      {modes.length > 1 && (
        <Segments
          label="How before and after are shown"
          options={VIEW_MODES.map(({ id, title }) => ({
            id,
            title: titles[id] ?? title,
            hint: whyNot[id],
            isDisabled: whyNot[id] !== undefined,
          }))}
          chosen={mode}
          onChoose={onMode}
        />
      )}
      {mode === "slider" && <Range label="Before and after" value={divider} onChange={onDivider} />}
      {OVERLAYS.filter((id) => has[id]).map((id) => (
        <span key={id} className={styles["overlay"]}>
          <label className={styles["check"]} title={whyNot[id]}>
            <input
              type="checkbox"
              checked={shown[id] && whyNot[id] === undefined}
              disabled={whyNot[id] !== undefined}
              onChange={(event) => onOverlay(id, event.target.checked)}
            />
            {TITLES[id]}
          </label>
          {id === "mask" && shown.mask && whyNot.mask === undefined && (
            <Range label="Opacity of the mask" value={shown.opacity} onChange={onOpacity} />
          )}
        </span>
      ))}
    </div>
  );
}

interface RangeProps {
  readonly label: string;
  /** Percent. */
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function Range({ label, value, onChange }: RangeProps) {
  return (
    <input
      type="range"
      className={styles["range"]}
      min={0}
      max={100}
      step={0.5}
      value={value}
      aria-label={label}
      title={label}
      onChange={(event) => onChange(Number(event.target.value))}
    />
  );
}
