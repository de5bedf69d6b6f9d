import { Disclosure } from "../../../components/disclosure.tsx";
import {
  type FormTexts,
  type FormValue,
  faultOf,
  textOf,
} from "../../../components/workflow-form/form-fields.ts";
import { InputControl } from "../../../components/workflow-form/input-control.tsx";
import styles from "./rerun-dialog.module.css";
import { isChanged, type RerunField, readEdit } from "./rerun-fields.ts";

interface RerunFormProps {
  readonly title: string;
  readonly fields: readonly RerunField[];
  /** By `keyOf` a field; those that nobody touched are not in it. */
  readonly texts: FormTexts;
  readonly faults: ReadonlyMap<string, string>;
  readonly onChange: (texts: FormTexts) => void;
  /** Whether it is opened by whoever needs it. */
  readonly isFolded?: boolean;
}

/** One group of controls; nothing where it would have none. */
export function RerunForm({ title, fields, texts, faults, onChange, isFolded = false }: RerunFormProps) {
  if (fields.length === 0) return null;
  const controls = (
    <div className={styles["fields"]}>
      {fields.map((field) => (
        <InputControl
          key={keyOf(field)}
          field={field}
          text={textAt(field, texts)}
          fault={faults.get(keyOf(field))}
          whenEmpty={field.whenEmpty}
          onChange={(text) => onChange({ ...texts, [keyOf(field)]: text })}
        />
      ))}
    </div>
  );
  if (!isFolded) {
    return (
      <section className={styles["group"]}>
        <h3 className={styles["heading"]}>{title}</h3>
        {controls}
      </section>
    );
  }
  return (
    <Disclosure look="heading" title={`${title} (${fields.length})`}>
      {controls}
    </Disclosure>
  );
}

interface ReadEdits {
  readonly values: ReadonlyMap<RerunField, FormValue>;
  /** What is wrong, by `keyOf` the field. */
  readonly faults: ReadonlyMap<string, string>;
}

export function readEdits(fields: readonly RerunField[], texts: FormTexts): ReadEdits {
  const values = new Map<RerunField, FormValue>();
  const faults = new Map<string, string>();
  for (const field of fields) {
    const value =
      texts[keyOf(field)] === undefined ? (field.start ?? null) : readEdit(field, textAt(field, texts));
    if (value === undefined) faults.set(keyOf(field), faultOf(field));
    else values.set(field, value);
  }
  return { values, faults };
}

/** What was changed, each with what it was and what it comes to. */
export function editsIn(values: ReadEdits["values"]): readonly (readonly [RerunField, FormValue])[] {
  return [...values].filter(([field, value]) => isChanged(field, value));
}

function textAt(field: RerunField, texts: FormTexts): string {
  const text = texts[keyOf(field)];
  return textOf(field, text === undefined ? {} : { [field.name]: text });
}

/** An input and a field of the step may have the same name. */
function keyOf({ of, name }: RerunField): string {
  return `${of} ${name}`;
}
