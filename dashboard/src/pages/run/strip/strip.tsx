import type { ReactNode } from "react";
import { classNames } from "../../../components/class-names.ts";
import styles from "./strip.module.css";

/** Small pictures in a row, one of which is shown large. Its children are `StripFrame`s. */
export function Strip({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <ol className={styles["strip"]} aria-label={label}>
      {children}
    </ol>
  );
}

interface StripFrameProps {
  readonly title: string;
  readonly isChosen: boolean;
  readonly isBad?: boolean;
  readonly onChoose: () => void;
  readonly children: ReactNode;
}

export function StripFrame({ title, isChosen, isBad = false, onChoose, children }: StripFrameProps) {
  return (
    <li>
      <button
        type="button"
        className={classNames(styles["frame"], isChosen && styles["chosen"])}
        aria-pressed={isChosen}
        title={title}
        onClick={onChoose}
      >
        {children}
        <span className={classNames(styles["title"], isBad && styles["bad"])}>{title}</span>
      </button>
    </li>
  );
}
