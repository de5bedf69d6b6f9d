import { useId } from "react";
import { classNames } from "../../../components/class-names.ts";
import styles from "./segments.module.css";

interface SegmentsProps<Id extends string> {
  /** What is chosen here, for whoever hears the page. */
  readonly label: string;
  readonly options: readonly { readonly id: Id; readonly title: string }[];
  readonly chosen: Id;
  readonly onChoose: (id: Id) => void;
}

/** A few ways to see the same thing, of which one holds. */
export function Segments<Id extends string>({ label, options, chosen, onChoose }: SegmentsProps<Id>) {
  const name = useId();
  return (
    <fieldset className={styles["segments"]}>
      <legend className="visually-hidden">{label}</legend>
      {options.map(({ id, title }) => (
        <label key={id} className={classNames(styles["segment"], chosen === id && styles["chosen"])}>
          <input
            type="radio"
            className="visually-hidden"
            name={name}
            checked={chosen === id}
            onChange={() => onChoose(id)}
          />
          {title}
        </label>
      ))}
    </fieldset>
  );
}
