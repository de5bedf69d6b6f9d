import { type RefObject, useLayoutEffect, useRef } from "react";
import { isTyping } from "./is-typing.ts";

const STEPS: Readonly<Record<string, number>> = { j: 1, k: -1 };

/** `j` and `k` from row to row where only those in sight are in the page: elements with their number in `data-row`, whose first link gets the focus. */
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
      const step = stepOf(event);
      if (step === 0 || rows === 0) return;
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

/** The same where all rows of the page are there, in one list or several: elements with `data-row` that have a link or something else to press. */
export function usePageRowKeys(): void {
  /** Where the last key led: a row that has left meanwhile had the next one behind it. */
  const last = useRef(-1);
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const step = stepOf(event);
      const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")].filter(pressedOf);
      if (step === 0 || rows.length === 0) return;
      const current = rows.findIndex((row) => row.contains(document.activeElement));
      const from = current >= 0 ? current : last.current - Math.max(0, step);
      const next = Math.min(rows.length - 1, Math.max(0, from + step));
      const row = rows[next];
      event.preventDefault();
      last.current = next;
      row?.scrollIntoView({ block: "nearest" });
      if (row !== undefined) pressedOf(row)?.focus({ preventScroll: true });
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

/** What is folded away cannot have the focus. */
const PRESSED = ["a:not(details a)", "summary", "button:enabled"] as const;

/** What of a row gets the focus; a row that has nothing is passed over. */
function pressedOf(row: HTMLElement): HTMLElement | undefined {
  const found = PRESSED.map((what) => row.querySelector<HTMLElement>(what));
  return found.find((element) => element !== null) ?? undefined;
}

/** Rows that a key goes on by; 0 for a key that is none for a list. */
function stepOf(event: KeyboardEvent): number {
  const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || isTyping(event));
  return isPlain ? (STEPS[event.key] ?? 0) : 0;
}
