import type { Pictures } from "./pictures.ts";

/** How before and after are seen. */
export type ViewMode = "slider" | "after" | "before" | "difference";

export const VIEW_MODES: readonly { readonly id: ViewMode; readonly title: string }[] = [
  { id: "slider", title: "Slider" },
  { id: "after", title: "After" },
  { id: "before", title: "Before" },
  { id: "difference", title: "Difference" },
];

/** Those that make sense; where nothing came out there is only what went in. */
export function modesOf({ before, after }: Pick<Pictures, "before" | "after">): readonly ViewMode[] {
  return before === null || after === null ? ["before"] : VIEW_MODES.map(({ id }) => id);
}

/** What lies over the picture. */
export interface Shown {
  readonly mask: boolean;
  /** Of the mask, 0 to 1. */
  readonly opacity: number;
  /** Of detections. */
  readonly boxes: boolean;
  readonly regions: boolean;
}

export const SHOWN_AT_FIRST: Shown = { mask: false, opacity: 0.5, boxes: true, regions: false };
