import { useEffect, useState } from "react";
import { showToast } from "./toast-store.ts";

const SHOWN_MS = 1_500;

/** Copies a text, and says for a moment that it did. */
export function useCopy(): { readonly copied: boolean; copy(text: string): void } {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (text: string) => {
    writeText(text).then(
      () => setCopied(true),
      () =>
        showToast({ tone: "bad", text: "The browser does not let this page copy; select the text instead." }),
    );
  };
  return { copied, copy };
}

/** Pages that came over plain HTTP from another machine have no clipboard. */
async function writeText(text: string): Promise<void> {
  if (navigator.clipboard === undefined) throw new Error("no clipboard");
  await navigator.clipboard.writeText(text);
}
