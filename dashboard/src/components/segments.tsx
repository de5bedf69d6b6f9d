import type { LucideIcon } from "lucide-react";
import { useId } from "react";
import { classNames } from "./class-names.ts";
import styles from "./segments.module.css";

interface Option<Id extends string> {
  readonly id: Id;
  readonly title: string;
  readonly icon?: LucideIcon;
  /** For whoever hovers. */
  readonly hint?: string | undefined;
  /** Whether it cannot be chosen; the hint says why. */
  readonly isDisabled?: boolean;
}

interface SegmentsProps<Id extends string> {
  /** What is chosen here, for whoever hears the page. */
  readonly label: string;
  readonly options: readonly Option<Id>[];
  readonly chosen: Id;
  readonly onChoose: (id: Id) => void;
}

/** A few ways to see or do the same thing, of which one holds. */
export function Segments<Id extends string>({ label, options, chosen, onChoose }: SegmentsProps<Id>) {
  const name = useId();
  return (
    <fieldset className={styles["segments"]}>
      <legend className="visually-hidden">{label}</legend>
      {options.map(({ id, title, icon: Icon, hint, isDisabled = false }) => (
        <label
          key={id}
          className={classNames(
            styles["segment"],
            chosen === id && styles["chosen"],
            isDisabled && styles["disabled"],
          )}
          title={hint}
        >
          <input
            type="radio"
            className="visually-hidden"
            name={name}
            checked={chosen === id}
            disabled={isDisabled}
            {...(isDisabled && hint !== undefined ? { "aria-label": `${title} (${hint})` } : {})}
            onChange={() => onChoose(id)}
          />
          {Icon !== undefined && <Icon size={16} aria-hidden />}
          {title}
        </label>
      ))}
    </fieldset>
  );
}
