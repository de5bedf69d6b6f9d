import { Search } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import styles from "./search-input.module.css";

interface SearchInputProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** While somebody types, not every letter is worth a question. */
const TYPING_MS = 200;

export function SearchInput({ value, onChange }: SearchInputProps) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const [sent, setSent] = useState(value);
  if (seen !== value) {
    setSeen(value);
    /* Changed from elsewhere: by a link, by going back. What was sent from here comes back while more is typed. */
    if (value !== sent) {
      setSent(value);
      setText(value);
    }
  }
  const send = useEffectEvent((typed: string) => {
    if (typed === value) return;
    setSent(typed);
    onChange(typed);
  });
  useEffect(() => {
    const timer = setTimeout(() => send(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label className={styles["search"]}>
      <Search size={16} aria-hidden />
      <input
        type="search"
        value={text}
        aria-label="Search the runs"
        placeholder="File, tag, error or UUID"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  );
}
