import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import type { TaskView } from "../../../../src/contracts/run.ts";
import type { RunSearch } from "./run-search.ts";

export type Look = Pick<RunSearch, "view" | "crop">;

/** What of a run is opened, and how something else is; all of it is in the address. */
export function useRunPlace(runUUID: string, search: RunSearch) {
  const navigate = useNavigate();
  const { task, tab, view } = search;
  const go = useCallback(
    (next: RunSearch) =>
      void navigate({
        to: "/runs/$uuid",
        params: { uuid: runUUID },
        search: next,
        replace: true,
        resetScroll: false,
      }),
    [navigate, runUUID],
  );
  /** Another task, seen as this one was; null = the whole run. */
  const open = useCallback(
    (next: TaskView | null) =>
      go({
        ...(next === null ? {} : { task: next.taskUUID }),
        ...(tab === undefined ? {} : { tab }),
        ...(view === undefined ? {} : { view }),
      }),
    [go, tab, view],
  );
  return {
    open,
    look: (next: Look) =>
      go({ ...(task === undefined ? {} : { task }), ...(tab === undefined ? {} : { tab }), ...next }),
    show: (next: NonNullable<RunSearch["tab"]>) => go({ ...search, tab: next }),
  };
}
