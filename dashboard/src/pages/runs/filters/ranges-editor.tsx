import { useState } from "react";
import { TextInput } from "../../../components/text-input.tsx";
import styles from "./editors.module.css";
import type { FilterEditorProps } from "./filter-editor-props.ts";

/** Ends of one or several ranges; an empty one is none. */
export function RangesEditor({ kind, search, onChange }: FilterEditorProps) {
  return (
    <>
      {kind.ranges?.map(({ title, min, max, unit, step }) => (
        <fieldset key={title} className={styles["range"]}>
          <legend>{title}</legend>
          {([min, max] as const).map((name, at) => (
            <RangeEnd
              key={name}
              label={`${title}, ${at === 0 ? "at least" : "at most"}`}
              placeholder={`${at === 0 ? "at least" : "at most"} ${unit}`}
              step={step}
              value={search[name] ?? ""}
              onChange={(value) => onChange({ [name]: value })}
            />
          ))}
        </fieldset>
      ))}
    </>
  );
}

interface RangeEndProps {
  readonly label: string;
  readonly placeholder: string;
  readonly step: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** What is typed stays as it is typed: `1.` is on its way to a number. */
function RangeEnd({ label, placeholder, step, value, onChange }: RangeEndProps) {
  const [text, setText] = useState(value);
  return (
    <TextInput
      type="number"
      inputMode="decimal"
      aria-label={label}
      placeholder={placeholder}
      step={step}
      value={text}
      onChange={({ target }) => {
        setText(target.value);
        onChange(target.value);
      }}
    />
  );
}
