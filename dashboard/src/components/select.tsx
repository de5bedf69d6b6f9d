import type { ComponentProps } from "react";
import styles from "./control.module.css";

interface SelectProps
  extends Omit<ComponentProps<"select">, "className" | "children" | "onChange" | "value"> {
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChoose: (value: string) => void;
}

/** The browser's own: it is the one that works with every keyboard, screen reader and phone. */
export function Select({ options, onChoose, ...rest }: SelectProps) {
  return (
    <select {...rest} className={styles["control"]} onChange={(event) => onChoose(event.target.value)}>
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
