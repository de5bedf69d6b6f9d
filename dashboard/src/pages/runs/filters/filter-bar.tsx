import { ListFilter, X } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Menu } from "../../../components/menu.tsx";
import { changeSearch, type RunsSearch } from "../runs-search.ts";
import styles from "./filter-bar.module.css";
import { FilterChip } from "./filter-chip.tsx";
import { FILTER_KINDS } from "./filter-kinds.ts";
import { SearchInput } from "./search-input.tsx";

interface FilterBarProps {
  readonly search: RunsSearch;
  /** What each filter can be chosen from, by its id. */
  readonly known: Readonly<Record<string, readonly string[]>>;
  readonly onChange: (search: RunsSearch) => void;
}

/** What narrows the list: what is typed, and a chip for each filter that asks for something. */
export function FilterBar({ search, known, onChange }: FilterBarProps) {
  const [open, setOpen] = useState<string | null>(null);
  const isShown = (id: string) => {
    const kind = FILTER_KINDS.find((one) => one.id === id);
    return kind?.isAlwaysShown === true || kind?.say(search) != null || open === id;
  };
  const change = (words: Readonly<Record<string, string>>) => onChange(changeSearch(search, words));
  const hidden = FILTER_KINDS.filter(({ id }) => !isShown(id) && id !== "runs");
  const isNarrowed = FILTER_KINDS.some(({ say }) => say(search) !== null) || search.q !== undefined;
  return (
    <search className={styles["bar"]}>
      <SearchInput value={search.q ?? ""} onChange={(q) => change({ q })} />
      <div className={styles["chips"]}>
        {FILTER_KINDS.filter(({ id }) => isShown(id)).map((kind) => (
          <FilterChip
            key={kind.id}
            kind={kind}
            search={search}
            known={known[kind.id] ?? []}
            isOpen={open === kind.id}
            onOpenChange={(isOpen) => setOpen(isOpen ? kind.id : null)}
            onChange={change}
          />
        ))}
        {hidden.length > 0 && (
          <Menu
            align="start"
            trigger={<Button icon={ListFilter}>Filter</Button>}
            items={hidden.map(({ id, title, icon }) => ({
              label: title,
              icon,
              /* After the menu has given the focus back, which would close what opens now. */
              onSelect: () => setTimeout(() => setOpen(id)),
            }))}
          />
        )}
        {isNarrowed && (
          <Button icon={X} onClick={() => onChange(search.view === undefined ? {} : { view: search.view })}>
            Clear
          </Button>
        )}
      </div>
    </search>
  );
}
