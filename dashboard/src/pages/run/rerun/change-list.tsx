import type { FormValue } from "../../../components/workflow-form/form-fields.ts";
import styles from "./rerun-dialog.module.css";
import type { RerunField } from "./rerun-fields.ts";
import { editsIn } from "./rerun-form.tsx";

interface ChangeListProps {
  readonly values: ReadonlyMap<RerunField, FormValue>;
  readonly faults: ReadonlyMap<string, string>;
}

/** What will be sent, in words: so nobody has to guess what an empty field means. */
export function ChangeList({ values, faults }: ChangeListProps) {
  const edits = editsIn(values);
  if (faults.size > 0) {
    return (
      <p className={styles["changes"]} data-wrong>
        {faults.size === 1
          ? "One value has to be mended first."
          : `${faults.size} values have to be mended first.`}
      </p>
    );
  }
  return (
    <p className={styles["changes"]} aria-live="polite">
      {edits.length === 0
        ? "Nothing is changed."
        : edits.map(([field, value]) => (
            <span key={`${field.of} ${field.name}`}>
              {field.name} {wordOf(field.start)} → <b>{wordOf(value)}</b>
            </span>
          ))}
    </p>
  );
}

const LONGEST = 40;

function wordOf(value: FormValue | undefined): string {
  if (value === null || value === undefined) return "not given";
  const word = typeof value === "string" ? `“${value}”` : String(value);
  return word.length > LONGEST ? `${word.slice(0, LONGEST)}…` : word;
}
