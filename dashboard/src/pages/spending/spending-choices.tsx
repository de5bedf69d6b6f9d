import { useNavigate, useSearch } from "@tanstack/react-router";
import { useRole } from "../../api/use-role.ts";
import { Select } from "../../components/select.tsx";
import styles from "./spending.module.css";
import { DAY_CHOICES, DEFAULT_DAYS, type SpendingSearch } from "./spending-search.ts";

/** Which time, and whose money. */
export function SpendingChoices() {
  const search = useSearch({ from: "/shell/spending" });
  const navigate = useNavigate();
  const isAdmin = useRole("admin");
  const { days = DEFAULT_DAYS, scope = "mine" } = search;
  const show = (next: Record<keyof SpendingSearch, unknown>) =>
    void navigate({ to: "/spending", search: next as SpendingSearch, replace: true, resetScroll: false });
  const rest = { by: search.by, days: search.days, scope: search.scope };
  return (
    <div className={styles["choices"]}>
      <Select
        aria-label="Time"
        value={String(days)}
        options={DAY_CHOICES.map((choice) => ({ value: String(choice), label: `Last ${choice} days` }))}
        onChoose={(value) =>
          show({ ...rest, days: Number(value) === DEFAULT_DAYS ? undefined : Number(value) })
        }
      />
      {isAdmin && (
        <Select
          aria-label="Whose"
          value={scope}
          options={[
            { value: "mine", label: "My own" },
            { value: "all", label: "All owners" },
          ]}
          onChoose={(value) => show({ ...rest, scope: value === "all" ? "all" : undefined })}
        />
      )}
    </div>
  );
}
