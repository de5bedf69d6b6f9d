import { useNavigate } from "@tanstack/react-router";
import { Select } from "../../../components/select.tsx";
import type { ProvidersSearch } from "../providers-search.ts";
import styles from "./parked.module.css";

interface ParkedFiltersProps {
  readonly search: ProvidersSearch;
  /** Ids of those that are configured. */
  readonly providers: readonly string[];
}

/** Which of the tasks that wait are shown; it is in the address. */
export function ParkedFilters({ search, providers }: ParkedFiltersProps) {
  const navigate = useNavigate();
  const { batch, ...rest } = search;
  const go = (next: ProvidersSearch) =>
    void navigate({ to: "/providers", search: next, replace: true, resetScroll: false });
  const names = [...new Set([...providers, ...(search.provider === undefined ? [] : [search.provider])])];
  return (
    <div className={styles["filters"]}>
      {batch !== undefined && (
        <button type="button" className={styles["chip"]} onClick={() => go(rest)}>
          Of one batch; show those of all
        </button>
      )}
      <Select
        aria-label="Why they wait"
        value={search.status ?? ""}
        options={[
          { value: "", label: "Held and uncertain" },
          { value: "held", label: "Held" },
          { value: "uncertain", label: "Uncertain" },
        ]}
        onChoose={(value) => {
          const { status: _, ...others } = search;
          go(value === "held" || value === "uncertain" ? { ...others, status: value } : others);
        }}
      />
      <Select
        aria-label="Where they wait"
        value={search.provider ?? ""}
        options={[
          { value: "", label: "All providers" },
          ...names.map((name) => ({ value: name, label: name })),
        ]}
        onChoose={(value) => {
          const { provider: _, ...others } = search;
          go(value === "" ? others : { ...others, provider: value });
        }}
      />
    </div>
  );
}
