import { useSyncExternalStore } from "react";
import { type RunsSearch, readRunsSearch } from "../runs-search.ts";

/** A list that somebody goes back to: a name for an address. */
export interface SavedView {
  readonly name: string;
  readonly search: RunsSearch;
}

const PLACE = "maskloom.runs.views";
const LONGEST_NAME = 60;
const MOST = 30;

/** What was kept, without what it should not be: another version of this page may have written it. */
export function readViews(text: string | null): readonly SavedView[] {
  const data = parseJson(text);
  if (!Array.isArray(data)) return [];
  return (data as unknown[]).flatMap((one) => {
    if (typeof one !== "object" || one === null || !("name" in one) || !("search" in one)) return [];
    const { name, search } = one;
    if (typeof name !== "string" || name === "" || typeof search !== "object" || search === null) return [];
    return [{ name: name.slice(0, LONGEST_NAME), search: readRunsSearch({ ...search }) }];
  });
}

/** Under a name that there is already it takes that one's place. */
export function addView(views: readonly SavedView[], view: SavedView): readonly SavedView[] {
  const name = view.name.trim().slice(0, LONGEST_NAME);
  const isKnown = views.some((one) => one.name === name);
  const added = { ...view, name };
  return isKnown ? views.map((one) => (one.name === name ? added : one)) : [...views, added].slice(-MOST);
}

export function removeView(views: readonly SavedView[], name: string): readonly SavedView[] {
  return views.filter((one) => one.name !== name);
}

const listeners = new Set<() => void>();
let shown: { readonly text: string | null; readonly views: readonly SavedView[] } | null = null;

/** Those of this browser, in every tab of it. */
export function useSavedViews(): readonly SavedView[] {
  return useSyncExternalStore(subscribe, readStored);
}

/** @returns whether the browser keeps it; a private window may not */
export function storeViews(change: (views: readonly SavedView[]) => readonly SavedView[]): boolean {
  try {
    localStorage.setItem(PLACE, JSON.stringify(change(readStored())));
  } catch {
    return false;
  }
  for (const tell of listeners) tell();
  return true;
}

function readStored(): readonly SavedView[] {
  const text = stored();
  if (shown === null || shown.text !== text) shown = { text, views: readViews(text) };
  return shown.views;
}

function stored(): string | null {
  try {
    return localStorage.getItem(PLACE);
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
