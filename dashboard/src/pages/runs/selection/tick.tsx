import { useEffect, useRef } from "react";
import type { RunView } from "../../../../../src/contracts/run.ts";
import { isChosen, isEmpty } from "./selection.ts";
import { useIsChosen, useSelection, useSelectionStore } from "./selection-store.ts";
import styles from "./tick.module.css";

/** Chooses a run; with Shift all from the one that was chosen before. */
export function Tick({ run: { runUUID, file } }: { readonly run: Pick<RunView, "runUUID" | "file"> }) {
  const store = useSelectionStore();
  const checked = useIsChosen(runUUID);
  return (
    <label className={styles["tick"]}>
      <input
        type="checkbox"
        data-tick
        aria-label={`Choose ${file}`}
        checked={checked}
        onChange={({ nativeEvent }) =>
          store.toggle(runUUID, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
        }
      />
    </label>
  );
}

/** Chooses all that the list has loaded; drawn again with the head of the list. */
export function TickListed() {
  const store = useSelectionStore();
  const listed = store.listed();
  const selection = useSelection();
  const input = useRef<HTMLInputElement>(null);
  const areAll = listed.length > 0 && listed.every((uuid) => isChosen(selection, uuid));
  const areSome = !areAll && !isEmpty(selection);
  useEffect(() => {
    if (input.current !== null) input.current.indeterminate = areSome;
  }, [areSome]);
  return (
    <label className={styles["tick"]}>
      <input
        ref={input}
        type="checkbox"
        aria-label="Choose all that are loaded"
        checked={areAll}
        onChange={() => store.toggleListed()}
      />
    </label>
  );
}
