import { useEffect, useState } from "react";

/** Long enough that a moving slider asks a few times a second, short enough to be called live. */
const PAUSE_MS = 120;

/**
 * A value that changes faster than it can be kept: shown at once, and kept when it has been still for a moment.
 * @returns what is shown, and how it is changed
 */
export function useDraft<Value>(kept: Value, keep: (value: Value) => void): [Value, (value: Value) => void] {
  const [draft, setDraft] = useState<Value | null>(null);
  const keptText = JSON.stringify(kept);
  const draftText = draft === null ? null : JSON.stringify(draft);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a pause begins with a change of the draft and nothing else
  useEffect(() => {
    if (draft === null) return;
    const timer = setTimeout(() => keep(draft), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draftText]);
  useEffect(() => {
    if (draftText === keptText) setDraft(null);
  }, [draftText, keptText]);
  return [draft ?? kept, setDraft];
}
