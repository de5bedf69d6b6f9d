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

/** Pages that came over plain HTTP from another machine have no clipboard, but may copy what is selected. */
async function writeText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.style.position = "fixed";
  area.style.opacity = "0";
  /* A dialog takes the focus back from whatever lies outside of it. */
  (focused?.closest("[role=dialog], [role=menu]") ?? document.body).append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  if (!isCopied) throw new Error("not copied");
}
