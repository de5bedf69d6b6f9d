import { readWay, type WayInAddress } from "./viewer/view-mode.ts";

/** What else can be seen of a task, besides what it is. */
const TASK_TABS = ["attempts", "log", "calls", "input", "output"] as const;
export type TaskTab = (typeof TASK_TABS)[number];

/** What of a run is opened: nothing = all of it. */
export interface RunSearch extends WayInAddress {
  /** UUID of a task. */
  readonly task?: string;
  readonly tab?: TaskTab;
  /** What is seen in place of the whole picture. */
  readonly view?: "crops";
  /** Which of the crops, from 1. */
  readonly crop?: number;
}

export function readRunSearch(search: Readonly<Record<string, unknown>>): RunSearch {
  const { task, tab, view, crop } = search;
  const known = TASK_TABS.find((name) => name === tab);
  const number = Number(crop);
  return {
    ...(typeof task === "string" && /^[0-9a-f-]{36}$/i.test(task) ? { task } : {}),
    ...(known === undefined ? {} : { tab: known }),
    ...(view === "crops" ? { view } : {}),
    ...(Number.isInteger(number) && number > 0 ? { crop: number } : {}),
    ...readWay(search),
  };
}
