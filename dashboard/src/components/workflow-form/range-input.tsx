import type { ComponentProps } from "react";
import { TextInput } from "../text-input.tsx";
import styles from "./workflow-form.module.css";

interface RangeInputProps
  extends Pick<ComponentProps<"input">, "id" | "aria-describedby" | "aria-invalid" | "placeholder"> {
  readonly text: string;
  readonly range: { readonly min: number; readonly max: number; readonly step: number };
  readonly onChange: (text: string) => void;
}

/** A number within bounds: typed where it has to be exact, or moved. The slider says the same again, so it is no stop of its own. */
export function RangeInput({ text, range, onChange, ...attributes }: RangeInputProps) {
  const number = Number(text);
  return (
    <span className={styles["range"]}>
      <TextInput
        {...attributes}
        value={text}
        inputMode="decimal"
        onChange={(event) => onChange(event.target.value)}
      />
      <input
        type="range"
        tabIndex={-1}
        aria-hidden
        {...range}
        value={Number.isFinite(number) && text !== "" ? number : range.min}
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  );
}
