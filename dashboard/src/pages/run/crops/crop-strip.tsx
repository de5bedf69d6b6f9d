import { classNames } from "../../../components/class-names.ts";
import { Thumbnail } from "../../../components/thumbnail.tsx";
import styles from "./crop-strip.module.css";
import type { ShownCrop } from "./shown-crops.ts";

interface CropStripProps {
  readonly crops: readonly ShownCrop[];
  readonly shown: ShownCrop;
  /** From 1. */
  readonly onChoose: (number: number) => void;
}

const SIZE = 64;

/** All crops, small, as they came back. */
export function CropStrip({ crops, shown, onChoose }: CropStripProps) {
  return (
    <ol className={styles["strip"]} aria-label="Crops">
      {crops.map(({ title, crop }, at) => (
        <li key={title}>
          <button
            type="button"
            className={classNames(styles["crop"], title === shown.title && styles["chosen"])}
            aria-pressed={title === shown.title}
            title={title}
            onClick={() => onChoose(at + 1)}
          >
            <Thumbnail artifact={crop.received ?? crop.sent} alt="" size={SIZE} />
            <span className={classNames(styles["title"], crop.error !== null && styles["failed"])}>
              {title}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}
