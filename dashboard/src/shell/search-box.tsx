import { useNavigate } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { type FormEvent, useRef } from "react";
import { findUuid, readUuid } from "../api/find-uuid.ts";
import { showToast } from "../components/toast-store.ts";
import { SEARCH_ID } from "./focus-search.ts";
import styles from "./search-box.module.css";
import { useShortcuts } from "./shortcuts.ts";

/** A UUID of whatever kind leads to its page, anything else to the runs that match it. */
export function SearchBox() {
  const input = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  useShortcuts([{ key: "/", run: () => input.current?.focus() }]);

  const search = async (text: string) => {
    const uuid = readUuid(text);
    if (uuid === null) return navigate({ to: "/runs", search: text === "" ? {} : { q: text } });
    const found = await findUuid(uuid);
    if (found !== null) return navigate({ href: found.page });
    showToast({ tone: "warn", text: `No run, task, batch or picture has the UUID ${uuid}.` });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = input.current?.value.trim() ?? "";
    search(text).then(
      () => input.current?.blur(),
      (error: unknown) =>
        showToast({ tone: "bad", text: error instanceof Error ? error.message : String(error) }),
    );
  };
  return (
    <search className={styles["search"]}>
      <form onSubmit={submit}>
        <Search size={16} aria-hidden />
        <input
          id={SEARCH_ID}
          ref={input}
          type="search"
          aria-label="Search runs, or paste any UUID"
          placeholder="Search, or paste a UUID"
          autoComplete="off"
          spellCheck={false}
        />
        <kbd aria-hidden>/</kbd>
      </form>
    </search>
  );
}
