import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { TaskView } from "../../../../src/contracts/run.ts";
import { type RunSearch, readRunSearch } from "./run-search.ts";
import { readWay, sayWay, type ViewerWay } from "./viewer/view-mode.ts";

export type Look = Pick<RunSearch, "view" | "crop">;

/** What of a run is opened, and how something else is; all of it is in the address. */
export function useRunPlace(runUUID: string, search: RunSearch) {
  const navigate = useNavigate();
  const { task, tab, view, mode, over, opacity, zoom, divider } = search;
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
    () => readWay({ mode, over, opacity, zoom, divider }),
    [mode, over, opacity, zoom, divider],
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
    /** At whichever of the run's addresses one is; what else was chosen meanwhile stays. */
    see: (next: ViewerWay) =>
      void navigate({
        to: ".",
        search: (now) => readRunSearch({ ...now, ...sayWay(next) }),
        replace: true,
        resetScroll: false,
      }),
    show: (next: NonNullable<RunSearch["tab"]>) => go({ ...search, tab: next }),
  };
}
