import { useId } from "react";
import styles from "./slider.module.css";

interface SliderProps {
  readonly label: string;
  readonly unit?: string;
  readonly value: number;
  readonly range: { readonly min: number; readonly max: number; readonly step: number };
  readonly onChange: (value: number) => void;
}

/** A number within bounds: moved, or typed where it has to be exact. */
export function Slider({ label, unit, value, range, onChange }: SliderProps) {
  const id = useId();
  const change = (text: string) => {
    const next = Number(text);
    if (text === "" || Number.isNaN(next)) return;
    onChange(Math.min(range.max, Math.max(range.min, next)));
  };
  return (
    <div className={styles["slider"]}>
      <label htmlFor={id}>
        {label}
        {unit !== undefined && <span className={styles["unit"]}> {unit}</span>}
      </label>
      <input
        className={styles["number"]}
        type="number"
        inputMode="decimal"
        aria-label={`${label}, as a number`}
        {...range}
        value={value}
        onChange={(event) => change(event.target.value)}
      />
      <input
        id={id}
        className={styles["range"]}
        type="range"
        {...range}
        value={value}
        onChange={(event) => change(event.target.value)}
      />
    </div>
  );
}
