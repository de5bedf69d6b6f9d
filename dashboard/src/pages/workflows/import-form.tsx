import { FileInput } from "lucide-react";
import { useRef } from "react";
import { Button } from "../../components/button.tsx";
import { Field } from "../../components/field.tsx";
import { TextInput } from "../../components/text-input.tsx";
import { NAME } from "../workflow/new-workflow.ts";
import styles from "./import-dialog.module.css";

/** What is imported, and as what. */
export interface ImportTexts {
  readonly source: string;
  /** Empty = that of the tool. */
  readonly name: string;
}

export const isNameGood = ({ name }: ImportTexts): boolean => name === "" || NAME.test(name);

interface ImportFormProps {
  readonly texts: ImportTexts;
  readonly onChange: (texts: ImportTexts) => void;
  /** Why it could not be read, with line and column. */
  readonly error: string | undefined;
}

const HINT =
  "ADetailer's args, a payload of A1111's API or a line of generation parameters; a graph of ComfyUI with the Impact Pack's detailers, of its API or its editor.";

/** A text or a file of the other tool, and the name that the workflow gets. */
export function ImportForm({ texts, onChange, error }: ImportFormProps) {
  const file = useRef<HTMLInputElement>(null);
  const take = async (taken: File | null) => {
    if (taken !== null) onChange({ ...texts, source: await taken.text() });
  };
  return (
    <div className={styles["form"]}>
      <Field label="Settings or graph" hint={HINT} error={error}>
        {(attributes) => (
          <textarea
            {...attributes}
            className={styles["source"]}
            rows={10}
            spellCheck={false}
            value={texts.source}
            placeholder='{ "ad_model": "face_yolov8n.pt", "ad_denoising_strength": 0.4 }'
            onChange={({ target }) => onChange({ ...texts, source: target.value })}
          />
        )}
      </Field>
      <div>
        <Button icon={FileInput} onClick={() => file.current?.click()}>
          Or take a file
        </Button>
        <input
          ref={file}
          type="file"
          className="visually-hidden"
          tabIndex={-1}
          aria-label="File with settings or a graph"
          accept=".json,.txt,application/json,text/plain"
          onChange={({ target }) => void take(target.files?.item(0) ?? null)}
        />
      </div>
      <Field
        label="Name of the workflow"
        hint="Default: that of the tool. It can still be changed in the editor."
        error={isNameGood(texts) ? undefined : "Expected small letters, digits, - and _."}
      >
        {(attributes) => (
          <TextInput
            {...attributes}
            value={texts.name}
            onChange={({ target }) => onChange({ ...texts, name: target.value })}
          />
        )}
      </Field>
    </div>
  );
}
