import { useLayoutEffect } from "react";
import { isTyping } from "../components/is-typing.ts";

export interface Shortcut {
  /** As `KeyboardEvent.key` says it. */
  readonly key: string;
  readonly run: () => void;
}

/** What the help dialog lists. */
export const SHORTCUT_HELP = [
  { keys: ["/"], does: "Search, or paste a UUID" },
  { keys: ["j", "k"], does: "Next and previous row" },
  { keys: ["Enter"], does: "Open the row" },
  { keys: ["x", "X"], does: "Choose the run, or all up to it" },
  { keys: ["v"], does: "Runs as a table or as pictures" },
  { keys: ["+", "-", "0"], does: "Look closer, from farther, at the whole picture" },
  { keys: ["Ctrl+S"], does: "Save the workflow in the editor" },
  {
    keys: ["a", "r", "k"],
    does: "Review: accept, reroll, keep the original; of one region, with Shift of all",
  },
  { keys: ["←", "→", "↑", "↓"], does: "Review: other pictures, and regions" },
  { keys: ["b"], does: "Review: hold it to see the picture before" },
  { keys: ["m", "z"], does: "Review: draw the mask, take the last decision back" },
  { keys: ["?"], does: "This list" },
  { keys: ["Esc"], does: "Close what is open" },
] as const;

/** Single keys, for as long as the component is there. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      const shortcut = shortcuts.find(({ key }) => key === event.key);
      if (shortcut === undefined) return;
      event.preventDefault();
      shortcut.run();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}
