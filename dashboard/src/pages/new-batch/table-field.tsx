import { Table2, X } from "lucide-react";
import { useRef } from "react";
import { Button } from "../../components/button.tsx";
import { type ChosenTable, listsPictures } from "./batch-wish.ts";
import styles from "./sources.module.css";

interface TableFieldProps {
  readonly table: ChosenTable | null;
  readonly onChange: (table: ChosenTable | null) => void;
}

/** A CSV that gives single pictures values of their own, or that is the list of pictures. */
export function TableField({ table, onChange }: TableFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const choose = async (file: File | undefined) => {
    if (file !== undefined) onChange({ name: file.name, text: await file.text() });
    if (input.current !== null) input.current.value = "";
  };
  return (
    <div className={styles["table"]}>
      <div className={styles["buttons"]}>
        <Button icon={Table2} onClick={() => input.current?.click()}>
          {table === null ? "Add a table (CSV)" : table.name}
        </Button>
        {table !== null && (
          <Button icon={X} onClick={() => onChange(null)}>
            Without it
          </Button>
        )}
      </div>
      <p className={styles["quiet"]}>
        {table === null
          ? "Values for single pictures: a column file, the others named like the inputs below. With a column url it is the list of pictures itself."
          : listsPictures(table.text)
            ? "It says by itself where the pictures are."
            : "Pictures that are in it have the values of their rows."}
      </p>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="Table"
        accept=".csv,text/csv"
        onChange={({ target }) => void choose(target.files?.[0])}
      />
    </div>
  );
}
