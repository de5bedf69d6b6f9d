import { ChevronDown, X } from "lucide-react";
import { classNames } from "../../../components/class-names.ts";
import { Popover } from "../../../components/popover.tsx";
import type { RunsSearch } from "../runs-search.ts";
import styles from "./filter-chip.module.css";
import { FilterEditor } from "./filter-editor.tsx";
import type { FilterKind } from "./filter-kinds.ts";

interface FilterChipProps {
  readonly kind: FilterKind;
  readonly search: RunsSearch;
  readonly known: readonly string[];
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly onChange: (change: Readonly<Record<string, string>>) => void;
}

export function FilterChip({ kind, search, known, isOpen, onOpenChange, onChange }: FilterChipProps) {
  const { title, icon: Icon, names, say } = kind;
  const value = say(search);
  const clear = () => onChange(Object.fromEntries(names.map((name) => [name, ""])));
  return (
    <span className={classNames(styles["chip"], value !== null && styles["set"])}>
      <Popover
        label={title}
        isOpen={isOpen}
        onOpenChange={onOpenChange}
        trigger={
          <button type="button" className={styles["open"]}>
            <Icon size={15} aria-hidden />
            <span className={styles["text"]}>
              {title} {value !== null && <strong>{value}</strong>}
            </span>
            {value === null && <ChevronDown size={14} aria-hidden />}
          </button>
        }
      >
        <FilterEditor
          kind={kind}
          search={search}
          known={known}
          onChange={onChange}
          onDone={() => onOpenChange(false)}
        />
      </Popover>
      {value !== null && (
        <button
          type="button"
          className={styles["clear"]}
          aria-label={`Any ${title.toLowerCase()}`}
          onClick={clear}
        >
          <X size={14} aria-hidden />
        </button>
      )}
    </span>
  );
}
