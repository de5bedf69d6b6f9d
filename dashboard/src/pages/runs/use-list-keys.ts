import type { RunView } from "../../../../src/contracts/run.ts";
import { useShortcuts } from "../../shell/shortcuts.ts";
import { NOTHING } from "./selection/selection.ts";
import type { SelectionStore } from "./selection/selection-store.ts";

/** `x` and `X` choose the run that has the focus, `v` shows the list the other way, Escape chooses nothing. */
export function useListKeys(runs: readonly RunView[], store: SelectionStore, switchView: () => void): void {
  const turn = (isRange: boolean) => () => {
    const row = document.activeElement?.closest<HTMLElement>("[data-row]")?.dataset["row"];
    const run = row === undefined ? undefined : runs[Number(row)];
    if (run !== undefined) store.toggle(run.runUUID, isRange);
  };
  useShortcuts([
    { key: "x", run: turn(false) },
    { key: "X", run: turn(true) },
    { key: "v", run: switchView },
    {
      key: "Escape",
      run: () => {
        /* What is open is closed first, by itself. */
        if (document.querySelector("dialog[open], [data-radix-popper-content-wrapper]") === null) {
          store.set(NOTHING);
        }
      },
    },
  ]);
}
