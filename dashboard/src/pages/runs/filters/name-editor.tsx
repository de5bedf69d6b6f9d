import { Check } from "lucide-react";
import { type FormEvent, useState } from "react";
import { TextInput } from "../../../components/text-input.tsx";
import styles from "./editors.module.css";
import type { FilterEditorProps } from "./filter-editor-props.ts";

const MOST_OFFERED = 50;

/** One of those that are known, or any other that is typed. */
export function NameEditor({ kind, search, known, onChange, onDone }: FilterEditorProps) {
  const [name] = kind.names;
  const value = search[name] ?? "";
  const [text, setText] = useState(known.includes(value) ? "" : value);
  const choose = (chosen: string) => {
    onChange({ [name]: chosen });
    onDone();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    choose(text.trim());
  };
  const offered = known.filter((one) => one.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <form className={styles["form"]} onSubmit={submit}>
      <TextInput
        aria-label={kind.title}
        placeholder={`${kind.title}, then Enter`}
        value={text}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
      {offered.length > 0 && (
        <div className={styles["options"]}>
          {offered.slice(0, MOST_OFFERED).map((one) => (
            <button key={one} type="button" className={styles["option"]} onClick={() => choose(one)}>
              <span className={styles["name"]}>{one}</span>
              {one === value && <Check size={16} aria-label="chosen" />}
            </button>
          ))}
        </div>
      )}
    </form>
  );
}
