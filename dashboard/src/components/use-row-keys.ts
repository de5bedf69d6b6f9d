import { type RefObject, useLayoutEffect, useRef } from "react";
import { isTyping } from "./is-typing.ts";

const STEPS: Readonly<Record<string, number>> = { j: 1, k: -1 };

/** Where a key led whose link is not in the page yet, and what had the focus when it was pressed. */
interface Awaited {
  readonly row: number;
  readonly focused: Element | null;
}

/**
 * `j` and `k` from row to row where only those in sight are in the page: elements with their number in `data-row`, whose first
 * link gets the focus. A row that was out of sight, or whose content is on its way, gets it when it is drawn with its link,
 * unless the focus has gone elsewhere by then.
 */
export function useRowKeys(
  body: RefObject<HTMLElement | null>,
  rows: number,
  scrollTo: (row: number) => void,
): void {
  /** The next key goes on from there. */
  const awaited = useRef<Awaited | null>(null);
  /* Before the rows are seen: a key that is pressed at their sight is one for them. */
  useLayoutEffect(() => {
    const reach = (next: Awaited) => {
      const link = body.current?.querySelector<HTMLElement>(`[data-row="${next.row}"] a`);
      awaited.current = link == null ? next : null;
      link?.focus({ preventScroll: true });
    };
    const wanted = () => (awaited.current !== null && isElsewhere(awaited.current) ? null : awaited.current);
    const drawn = wanted();
    if (drawn === null) awaited.current = null;
    else reach(drawn);
    const onKey = (event: KeyboardEvent) => {
      const step = stepOf(event);
      if (step === 0 || rows === 0) return;
      const focused = document.activeElement;
      const current = focused?.closest<HTMLElement>("[data-row]")?.dataset["row"];
      const from = wanted()?.row ?? (current === undefined ? -1 : Number(current));
      const row = Math.min(rows - 1, Math.max(0, from + step));
      event.preventDefault();
      scrollTo(row);
      /* At once where it can be, so that the key after this one finds it there. */
      reach({ row, focused });
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}

/** What had the focus may be gone with its row, and the page has it then. */
function isElsewhere({ focused }: Awaited): boolean {
  return document.activeElement !== focused && document.activeElement !== document.body;
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
