import { Field } from "../../../components/field.tsx";
import { Select } from "../../../components/select.tsx";
import { TextInput } from "../../../components/text-input.tsx";
import type { RerunField } from "./rerun-fields.ts";

interface RerunControlProps {
  readonly field: RerunField;
  readonly text: string;
  readonly isWrong: boolean;
  /** What it means where nothing is given. */
  readonly empty?: string;
  readonly onChange: (text: string) => void;
}

export function RerunControl({ field, text, isWrong, empty, onChange }: RerunControlProps) {
  const { name, help, kind } = field;
  const options = optionsOf(field, empty);
  return (
    <Field
      label={name}
      {...(help === undefined ? {} : { hint: help })}
      error={isWrong ? `Expected ${expectationOf(field)}.` : undefined}
    >
      {(attributes) =>
        options === null ? (
          <TextInput
            {...attributes}
            value={text}
            placeholder={empty}
            inputMode={kind === "text" ? "text" : "decimal"}
            onChange={(event) => onChange(event.target.value)}
          />
        ) : (
          <Select {...attributes} value={text} options={options} onChoose={onChange} />
        )
      }
    </Field>
  );
}

/** Null where a value is typed. */
function optionsOf({ kind, choices, isOptional }: RerunField, empty = "not given") {
  const values = kind === "boolean" ? ["true", "false"] : choices.map(String);
  if (kind !== "boolean" && kind !== "choice") return null;
  const named = values.map((value) => ({ value, label: kind === "boolean" ? yesOrNo(value) : value }));
  return isOptional ? [{ value: "", label: empty }, ...named] : named;
}

function yesOrNo(value: string): string {
  return value === "true" ? "yes" : "no";
}

function expectationOf({ kind, min, max }: RerunField): string {
  const what = kind === "integer" ? "a whole number" : "a number";
  const bounds = [min === undefined ? "" : `at least ${min}`, max === undefined ? "" : `at most ${max}`];
  return [what, ...bounds.filter((bound) => bound !== "")].join(", ");
}
