import { type FormEvent, useState } from "react";
import { readUuid } from "../../../api/find-uuid.ts";
import { Button } from "../../../components/button.tsx";
import { Field } from "../../../components/field.tsx";
import { TextInput } from "../../../components/text-input.tsx";
import styles from "./editors.module.css";
import type { FilterEditorProps } from "./filter-editor-props.ts";

/** One UUID, or several with commas or spaces between them. */
export function UuidsEditor({ kind, search, onChange, onDone }: FilterEditorProps) {
  const [name] = kind.names;
  const [text, setText] = useState((search[name] ?? "").replaceAll(",", " "));
  const [isWrong, setWrong] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const uuids = text
      .split(/[\s,]+/)
      .filter((word) => word !== "")
      .map(readUuid);
    if (uuids.includes(null)) return setWrong(true);
    onChange({ [name]: uuids.join(",") });
    onDone();
  };
  return (
    <form className={styles["form"]} onSubmit={submit}>
      <Field
        label={kind.title}
        error={isWrong ? "Expected a UUID, such as a page's address has." : undefined}
      >
        {(attributes) => (
          <TextInput
            {...attributes}
            value={text}
            placeholder="UUID"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit">Show</Button>
    </form>
  );
}
