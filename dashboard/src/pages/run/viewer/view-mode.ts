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

/** What can lie over the picture: boxes of detections, regions, the mask. */
export const OVERLAYS = ["boxes", "regions", "mask"] as const;
export type Overlay = (typeof OVERLAYS)[number];

/** How a picture is looked at. */
export interface ViewerWay {
  readonly mode: ViewMode;
  readonly over: readonly Overlay[];
}

export const FIRST_WAY: ViewerWay = { mode: "slider", over: ["boxes"] };

/** The same within an address, where nothing is said of what is so at first. */
export interface WayInAddress {
  readonly mode?: Exclude<ViewMode, "slider">;
  /** Their names in their order, with commas; `none` for nothing. */
  readonly over?: string;
}

const NONE = "none";

export function readWay({ mode, over }: Readonly<Record<string, unknown>>): WayInAddress {
  const known = VIEW_MODES.find(({ id }) => id === mode)?.id ?? FIRST_WAY.mode;
  const names = typeof over === "string" ? over.split(",") : FIRST_WAY.over;
  const isMeant = names.some((name) => name === NONE || OVERLAYS.some((overlay) => overlay === name));
  return writeWay({
    mode: known,
    over: isMeant ? OVERLAYS.filter((overlay) => names.includes(overlay)) : FIRST_WAY.over,
  });
}

export function writeWay({ mode, over }: ViewerWay): WayInAddress {
  const named = over.length === 0 ? NONE : OVERLAYS.filter((overlay) => over.includes(overlay)).join(",");
  return {
    ...(mode === "slider" ? {} : { mode }),
    ...(named === FIRST_WAY.over.join(",") ? {} : { over: named }),
  };
}

export function wayOf({ mode, over }: WayInAddress): ViewerWay {
  return {
    mode: mode ?? FIRST_WAY.mode,
    over:
      over === undefined ? FIRST_WAY.over : OVERLAYS.filter((overlay) => over.split(",").includes(overlay)),
  };
}

/** What lies over the picture, and how much of it is seen through the mask. */
export type Shown = Readonly<Record<Overlay, boolean>> & {
  /** Of the mask, 0 to 1. */
  readonly opacity: number;
};
