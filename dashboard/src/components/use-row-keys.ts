import { type RefObject, useLayoutEffect, useRef } from "react";
import { isTyping } from "./is-typing.ts";

const STEPS: Readonly<Record<string, number>> = { j: 1, k: -1 };

/** `j` and `k` from row to row: elements with `data-row`, whose first link gets the focus. */
export function useRowKeys(
  body: RefObject<HTMLElement | null>,
  rows: number,
  scrollTo: (row: number) => void,
): void {
  /** Where a key led whose row is not in the page yet: the next key goes on from there. */
  const awaited = useRef<number | null>(null);
  /* Before the rows are seen: a key that is pressed at their sight is one for them. */
  useLayoutEffect(() => {
    const focus = (row: number) => {
      const link = body.current?.querySelector<HTMLElement>(`[data-row="${row}"] a`);
      link?.focus({ preventScroll: true });
      return link !== undefined && link !== null;
    };
    const onKey = (event: KeyboardEvent) => {
      const step = STEPS[event.key];
      if (step === undefined || rows === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event)) return;
      const current = document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset["row"];
      const from = awaited.current ?? (current === undefined ? -1 : Number(current));
      const next = Math.min(rows - 1, Math.max(0, from + step));
      event.preventDefault();
      scrollTo(next);
      awaited.current = null;
      /* At once, so that the key after this one finds it there. */
      if (focus(next)) return;
      /* A row that was out of sight is in the page only after the next frame. */
      awaited.current = next;
      requestAnimationFrame(() => {
        if (awaited.current !== next) return;
        awaited.current = null;
        focus(next);
      });
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}
