import { useNavigate, useSearch } from "@tanstack/react-router";
import { X } from "lucide-react";
import { type FormEvent, useRef } from "react";
import { useRole } from "../../../api/use-role.ts";
import { Button } from "../../../components/button.tsx";
import { Select } from "../../../components/select.tsx";
import { TextInput } from "../../../components/text-input.tsx";
import type { SettingsSearch } from "../settings-search.ts";
import styles from "./audit.module.css";

interface AuditFiltersProps {
  /** That occur. */
  readonly actions: readonly string[];
}

const ALL = "";

/** What was done, to what, by whom; the rest of it is chosen by clicking on it in the list. */
export function AuditFilters({ actions }: AuditFiltersProps) {
  const search = useSearch({ from: "/shell/settings" });
  const navigate = useNavigate();
  const isAdmin = useRole("admin");
  const target = useRef<HTMLInputElement>(null);
  const show = (change: { readonly [Name in keyof SettingsSearch]: SettingsSearch[Name] | undefined }) => {
    const next = Object.entries({ ...search, ...change, tab: "audit" }).filter(
      ([, value]) => value !== undefined,
    );
    void navigate({ to: "/settings", search: Object.fromEntries(next) as SettingsSearch, replace: true });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = target.current?.value.trim() ?? "";
    show({ target: text === "" ? undefined : text });
  };
  const kinds = [...new Set(actions.map((action) => action.split(".")[0] ?? action))];
  const names = [...new Set([...actions, ...(search.action === undefined ? [] : [search.action])])].sort();
  return (
    <div className={styles["filters"]}>
      <Select
        aria-label="What was done"
        value={search.action ?? ALL}
        options={[
          { value: ALL, label: "Everything" },
          ...kinds
            .filter((kind) => !names.includes(kind))
            .map((kind) => ({ value: kind, label: `${kind}: all` })),
          ...names.map((action) => ({ value: action, label: action })),
        ]}
        onChoose={(action) => show({ action: action === ALL ? undefined : action })}
      />
      <form onSubmit={submit} className={styles["target-filter"]}>
        <TextInput
          key={search.target ?? ""}
          ref={target}
          type="search"
          aria-label="To what: a UUID, a queue, a model, a key"
          placeholder="To what: a UUID, a queue …"
          defaultValue={search.target ?? ""}
          spellCheck={false}
        />
      </form>
      {isAdmin && (
        <Select
          aria-label="Whose"
          value={search.scope ?? "mine"}
          options={[
            { value: "mine", label: "My own" },
            { value: "all", label: "All owners" },
          ]}
          onChoose={(scope) => show({ scope: scope === "all" ? "all" : undefined })}
        />
      )}
      {search.actor !== undefined && (
        <Button
          icon={X}
          onClick={() => show({ actor: undefined })}
          aria-label={`Not only by ${search.actor}`}
        >
          By {search.actor}
        </Button>
      )}
      {search.target !== undefined && (
        <Button
          icon={X}
          onClick={() => show({ target: undefined })}
          aria-label={`Not only to ${search.target}`}
        >
          To {search.target.slice(0, 20)}
        </Button>
      )}
    </div>
  );
}
