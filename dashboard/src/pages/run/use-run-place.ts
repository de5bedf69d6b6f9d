import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { TaskView } from "../../../../src/contracts/run.ts";
import type { RunSearch } from "./run-search.ts";
import { type ViewerWay, writeWay } from "./viewer/view-mode.ts";

export type Look = Pick<RunSearch, "view" | "crop">;

/** What of a run is opened, and how something else is; all of it is in the address. */
export function useRunPlace(runUUID: string, search: RunSearch) {
  const navigate = useNavigate();
  const { task, tab, view, mode, over } = search;
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
  const way = useMemo(
    () => ({ ...(mode === undefined ? {} : { mode }), ...(over === undefined ? {} : { over }) }),
    [mode, over],
  );
  /** Another task, seen as this one was; null = the whole run. */
  const open = useCallback(
    (next: TaskView | null) =>
      go({
        ...(next === null ? {} : { task: next.taskUUID }),
        ...(tab === undefined ? {} : { tab }),
        ...(view === undefined ? {} : { view }),
        ...way,
      }),
    [go, tab, view, way],
  );
  return {
    open,
    look: (next: Look) =>
      go({ ...(task === undefined ? {} : { task }), ...(tab === undefined ? {} : { tab }), ...way, ...next }),
    see: (next: ViewerWay) => {
      const { mode: _, over: __, ...rest } = search;
      go({ ...rest, ...writeWay(next) });
    },
    show: (next: NonNullable<RunSearch["tab"]>) => go({ ...search, tab: next }),
  };
}
