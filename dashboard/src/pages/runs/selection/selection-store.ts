import { createContext, useContext, useSyncExternalStore } from "react";
import { isChosen, NOTHING, type Selection, toggle, toggleListed } from "./selection.ts";

/** What is ticked, outside of what React draws: a tick among thousands of rows draws that row and nothing else. */
export interface SelectionStore {
  read(): Selection;
  /** The UUIDs that the list has loaded now, in its order. */
  listed(): readonly string[];
  set(selection: Selection): void;
  /** @param isRange whether those between it and the one before are meant, too */
  toggle(uuid: string, isRange: boolean): void;
  toggleListed(): void;
  subscribe(listener: () => void): () => void;
}

export function createSelectionStore(readListed: () => readonly string[]): SelectionStore {
  const listeners = new Set<() => void>();
  let selection: Selection = NOTHING;
  let anchor: string | null = null;
  const set = (next: Selection) => {
    selection = next;
    for (const tell of listeners) tell();
  };
  return {
    read: () => selection,
    listed: readListed,
    set(next) {
      anchor = null;
      set(next);
    },
    toggle(uuid, isRange) {
      set(toggle(selection, uuid, readListed(), isRange ? anchor : null));
      anchor = uuid;
    },
    toggleListed() {
      anchor = null;
      set(toggleListed(selection, readListed()));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const SelectionContext = createContext<SelectionStore | null>(null);
export const SelectionProvider = SelectionContext.Provider;

export function useSelectionStore(): SelectionStore {
  const store = useContext(SelectionContext);
  if (store === null) throw new Error("useSelectionStore: expected a SelectionProvider around it");
  return store;
}

export function useSelection(): Selection {
  const { subscribe, read } = useSelectionStore();
  return useSyncExternalStore(subscribe, read);
}

export function useIsChosen(uuid: string): boolean {
  const { subscribe, read } = useSelectionStore();
  return useSyncExternalStore(subscribe, () => isChosen(read(), uuid));
}
