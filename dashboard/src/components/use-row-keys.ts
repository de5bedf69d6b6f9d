import { type RefObject, useEffect } from "react";
import { isTyping } from "./is-typing.ts";

const STEPS: Readonly<Record<string, number>> = { j: 1, k: -1 };

/** `j` and `k` from row to row: elements with `data-row`, whose first link gets the focus. */
export function useRowKeys(
  body: RefObject<HTMLElement | null>,
  rows: number,
  scrollTo: (row: number) => void,
): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = STEPS[event.key];
      if (step === undefined || rows === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event)) return;
      const current = document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset["row"];
      const next = current === undefined ? 0 : Math.min(rows - 1, Math.max(0, Number(current) + step));
      scrollTo(next);
      /* A row that was out of sight is in the page only after the next frame. */
      requestAnimationFrame(() => {
        body.current?.querySelector<HTMLElement>(`[data-row="${next}"] a`)?.focus({ preventScroll: true });
      });
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}
