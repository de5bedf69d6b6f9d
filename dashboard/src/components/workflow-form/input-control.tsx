import type { ComponentProps } from "react";
import { Field } from "../field.tsx";
import { Select } from "../select.tsx";
import { TextInput } from "../text-input.tsx";
import type { FormField } from "./form-fields.ts";
import { RangeInput } from "./range-input.tsx";
import { StoredPictureInput } from "./stored-picture-input.tsx";
import { TextArea } from "./text-area.tsx";

interface InputControlProps {
  readonly field: FormField;
  readonly text: string;
  readonly fault: string | undefined;
  readonly onChange: (text: string) => void;
}

/** The control of one input, of the kind that its type asks for. */
export function InputControl({ field, text, fault, onChange }: InputControlProps) {
  return (
    <Field label={field.name} {...(field.help === undefined ? {} : { hint: field.help })} error={fault}>
      {(attributes) => <Control {...attributes} field={field} text={text} onChange={onChange} />}
    </Field>
  );
}

type ControlProps = Pick<InputControlProps, "field" | "text" | "onChange"> &
  Pick<ComponentProps<"input">, "id" | "aria-describedby" | "aria-invalid">;

function Control({ field, text, onChange, ...attributes }: ControlProps) {
  const { kind, min, max, preset } = field;
  const options = optionsOf(field);
  if (options !== null) {
    return <Select {...attributes} value={text} options={options} onChoose={onChange} />;
  }
  if (kind === "image" || kind === "mask") {
    return <StoredPictureInput {...attributes} kind={kind} text={text} onChange={onChange} />;
  }
  if (kind === "text") {
    return <TextArea {...attributes} value={text} placeholder={placeholderOf(preset)} onChange={onChange} />;
  }
  if (min !== undefined && max !== undefined) {
    return (
      <RangeInput {...attributes} text={text} range={{ min, max, step: stepOf(field) }} onChange={onChange} />
    );
  }
  const isNumber = kind === "number" || kind === "integer";
  return (
    <TextInput
      {...attributes}
      value={text}
      inputMode={isNumber ? "decimal" : "text"}
      placeholder={placeholderOf(preset)}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

const placeholderOf = (preset: FormField["preset"]) => (preset === null ? "not given" : undefined);

const WORDS: Readonly<Record<string, string>> = { true: "yes", false: "no" };

/** Null where a value is typed. */
function optionsOf({ kind, choices, preset }: FormField) {
  if (kind !== "boolean" && kind !== "choice") return null;
  const values = kind === "boolean" ? ["true", "false"] : choices.map(String);
  const named = values.map((value) => ({
    value,
    label: kind === "boolean" ? (WORDS[value] ?? value) : value,
  }));
  if (preset === null) return [{ value: "", label: "not given" }, ...named];
  return preset === undefined ? [{ value: "", label: "choose…" }, ...named] : named;
}

const STEPS_ACROSS = 100;

/** A hundred of them across a range of fractions; whole numbers one by one. */
function stepOf({ kind, min = 0, max = 1 }: FormField): number {
  return kind === "integer" ? 1 : Number(((max - min) / STEPS_ACROSS).toPrecision(1));
}
