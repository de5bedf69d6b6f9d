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
  /** What it means where the control is empty; default: that nothing is given. */
  readonly whenEmpty?: string | undefined;
  readonly onChange: (text: string) => void;
}

/** The control of one input, of the kind that its type asks for. */
export function InputControl({ field, text, fault, whenEmpty, onChange }: InputControlProps) {
  const empty = whenEmpty ?? (field.preset === null ? "not given" : undefined);
  return (
    <Field label={field.name} {...(field.help === undefined ? {} : { hint: field.help })} error={fault}>
      {(attributes) => (
        <Control {...attributes} field={field} text={text} whenEmpty={empty} onChange={onChange} />
      )}
    </Field>
  );
}

type ControlProps = Pick<InputControlProps, "field" | "text" | "whenEmpty" | "onChange"> &
  Pick<ComponentProps<"input">, "id" | "aria-describedby" | "aria-invalid">;

function Control({ field, text, whenEmpty, onChange, ...attributes }: ControlProps) {
  const { kind, min, max } = field;
  const options = optionsOf(field, whenEmpty);
  if (options !== null) {
    return <Select {...attributes} value={text} options={options} onChoose={onChange} />;
  }
  if (kind === "image" || kind === "mask") {
    return <StoredPictureInput {...attributes} kind={kind} text={text} onChange={onChange} />;
  }
  if (kind === "text") {
    return <TextArea {...attributes} value={text} placeholder={whenEmpty} onChange={onChange} />;
  }
  if (min !== undefined && max !== undefined && isSlid(field)) {
    return (
      <RangeInput
        {...attributes}
        text={text}
        placeholder={whenEmpty}
        range={{ min, max, step: stepOf(field) }}
        onChange={onChange}
      />
    );
  }
  const isNumber = kind === "number" || kind === "integer";
  return (
    <TextInput
      {...attributes}
      value={text}
      inputMode={isNumber ? "decimal" : "text"}
      placeholder={whenEmpty}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

const WIDEST_SLIDER = 1000;

/** A slider has to stand somewhere, and a pixel of it should still be a step. */
function isSlid({ start, min = 0, max = 0 }: FormField): boolean {
  return typeof start === "number" && max - min <= WIDEST_SLIDER;
}

const WORDS: Readonly<Record<string, string>> = { true: "yes", false: "no" };

/** Null where a value is typed. */
function optionsOf({ kind, choices, preset }: FormField, whenEmpty = "not given") {
  if (kind !== "boolean" && kind !== "choice") return null;
  const values = kind === "boolean" ? ["true", "false"] : choices.map(String);
  const named = values.map((value) => ({
    value,
    label: kind === "boolean" ? (WORDS[value] ?? value) : value,
  }));
  if (preset === null) return [{ value: "", label: whenEmpty }, ...named];
  return preset === undefined ? [{ value: "", label: "choose…" }, ...named] : named;
}

const STEPS_ACROSS = 100;

/** A hundred of them across a range of fractions; whole numbers one by one. */
function stepOf({ kind, min = 0, max = 1 }: FormField): number {
  return kind === "integer" ? 1 : Number(((max - min) / STEPS_ACROSS).toPrecision(1));
}
