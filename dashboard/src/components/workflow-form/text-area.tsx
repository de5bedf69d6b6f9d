import type { ComponentProps } from "react";
import styles from "./workflow-form.module.css";

interface TextAreaProps extends Omit<ComponentProps<"textarea">, "className" | "onChange" | "value"> {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A text that may have several lines; where browsers can do so, it grows with them. */
export function TextArea({ value, onChange, ...rest }: TextAreaProps) {
  return (
    <textarea
      {...rest}
      rows={1}
      className={styles["area"]}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
