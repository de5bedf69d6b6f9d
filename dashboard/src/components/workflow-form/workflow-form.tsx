import type { FormField, FormTexts } from "./form-fields.ts";
import { readForm, textOf } from "./form-fields.ts";
import { InputControl } from "./input-control.tsx";
import styles from "./workflow-form.module.css";

interface WorkflowFormProps {
  /** `formFields(workflow.inputs)`: all of them but the picture. */
  readonly fields: readonly FormField[];
  /** What was typed so far; the page holds it, in its address say. */
  readonly texts: FormTexts;
  readonly onChange: (texts: FormTexts) => void;
}

/**
 * The form that a workflow's inputs make: a control for each by its type, with range, choices and help. What it comes to is
 * `readForm(fields, texts)`: the values as the API takes them, and what is wrong.
 */
export function WorkflowForm({ fields, texts, onChange }: WorkflowFormProps) {
  const { faults } = readForm(fields, texts);
  return (
    <div className={styles["form"]}>
      {fields.map((field) => (
        <InputControl
          key={field.name}
          field={field}
          text={textOf(field, texts)}
          fault={field.name in texts ? faults[field.name] : undefined}
          onChange={(text) => onChange({ ...texts, [field.name]: text })}
        />
      ))}
    </div>
  );
}
