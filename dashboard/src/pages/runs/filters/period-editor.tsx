import { useId } from "react";
import { Field } from "../../../components/field.tsx";
import { TextInput } from "../../../components/text-input.tsx";
import styles from "./editors.module.css";
import type { FilterEditorProps } from "./filter-editor-props.ts";
import { PERIODS } from "./period.ts";

const NOTHING = { within: "", from: "", to: "" };

/** A time that goes with the clock, or one between two moments. */
export function PeriodEditor({ search, onChange }: FilterEditorProps) {
  const name = useId();
  const { within, from, to } = search;
  const isAny = within === undefined && from === undefined && to === undefined;
  const choices = [{ name: "", title: "Any time" }, ...PERIODS];
  return (
    <>
      <div className={styles["options"]}>
        {choices.map((period) => (
          <label key={period.name} className={styles["option"]}>
            <input
              type="radio"
              name={name}
              checked={period.name === "" ? isAny : within === period.name}
              onChange={() => onChange({ ...NOTHING, within: period.name })}
            />
            {period.title}
          </label>
        ))}
      </div>
      {(["from", "to"] as const).map((end) => (
        <Field key={end} label={end === "from" ? "From" : "Until"}>
          {(attributes) => (
            <TextInput
              {...attributes}
              type="datetime-local"
              value={asLocal(search[end])}
              onChange={({ target }) => onChange({ within: "", [end]: asTime(target.value) })}
            />
          )}
        </Field>
      ))}
    </>
  );
}

/** As the control has it: local time without its zone. */
function asLocal(time: string | undefined): string {
  if (time === undefined) return "";
  const at = new Date(time);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function asTime(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString();
}
