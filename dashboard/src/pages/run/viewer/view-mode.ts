import { isMissing, type PictureState, sayMissing } from "../../../components/picture/picture-state.ts";
import {
  FIRST_LOOK,
  type LookInAddress,
  lookOf,
  percentOf,
  type StageLook,
  sayLook,
  withoutFirst,
} from "../../../components/viewer/stage-look.ts";
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

type Reasons<Of extends string> = Partial<Readonly<Record<Of, string>>>;
/** What became of the two pictures, and what they are called. */
interface Two {
  readonly before: PictureState;
  readonly after: PictureState;
  readonly titles: Reasons<ViewMode>;
}

/** Why some ways to see them are of no use: one of the two cannot be seen. */
export function whyNotModes({ before, after, titles }: Two): Reasons<ViewMode> {
  const [noBefore, noAfter] = [
    isMissing(before) ? sayMissing(before, titles.before ?? "Before") : undefined,
    isMissing(after) ? sayMissing(after, titles.after ?? "After") : undefined,
  ];
  const neither = noBefore ?? noAfter;
  return {
    ...(noBefore === undefined ? {} : { before: noBefore }),
    ...(noAfter === undefined ? {} : { after: noAfter }),
    ...(neither === undefined ? {} : { slider: neither, difference: neither }),
  };
}

/** Why something cannot lie over the picture: boxes need what they are in pixels of. */
export function whyNotOver(before: PictureState, mask: PictureState): Reasons<Overlay> {
  return {
    ...(isMissing(mask) ? { mask: sayMissing(mask) } : {}),
    ...(isMissing(before) ? { boxes: OF_BEFORE, regions: OF_BEFORE } : {}),
  };
}

const OF_BEFORE = "They are places of the picture before, which cannot be seen";

/** What can lie over the picture: boxes of detections, regions, the mask. */
export const OVERLAYS = ["boxes", "regions", "mask"] as const;
export type Overlay = (typeof OVERLAYS)[number];

/** How a picture is looked at. */
export interface ViewerWay extends StageLook {
  readonly mode: ViewMode;
  readonly over: readonly Overlay[];
  /** Of the mask, percent. */
  readonly opacity: number;
}

export const FIRST_WAY: ViewerWay = { ...FIRST_LOOK, mode: "slider", over: ["boxes"], opacity: 50 };

/** The same within an address, where nothing is said of what is so at first. */
export interface WayInAddress extends LookInAddress {
  readonly mode?: ViewMode;
  /** Their names in their order, with commas; `none` for nothing. */
  readonly over?: string;
  readonly opacity?: number;
}

const NONE = "none";

/** All of it as an address says it. */
export function sayWay({ mode, over, opacity, ...look }: ViewerWay): Required<WayInAddress> {
  const names = OVERLAYS.filter((overlay) => over.includes(overlay));
  return { mode, over: names.length === 0 ? NONE : names.join(","), opacity, ...sayLook(look) };
}

export function wayOf(search: Readonly<Record<string, unknown>> | WayInAddress): ViewerWay {
  const { mode, over, opacity } = search;
  const names = typeof over === "string" ? over.split(",") : FIRST_WAY.over;
  const isMeant = names.some((name) => name === NONE || OVERLAYS.some((overlay) => overlay === name));
  return {
    ...lookOf(search),
    mode: VIEW_MODES.find(({ id }) => id === mode)?.id ?? FIRST_WAY.mode,
    over: isMeant ? OVERLAYS.filter((overlay) => names.includes(overlay)) : FIRST_WAY.over,
    opacity: percentOf(opacity, FIRST_WAY.opacity),
  };
}

export function readWay(search: Readonly<Record<string, unknown>> | WayInAddress): WayInAddress {
  return withoutFirst(sayWay(wayOf(search)), sayWay(FIRST_WAY));
}

/** What lies over the picture, and how much of it is seen through the mask. */
export type Shown = Readonly<Record<Overlay, boolean>> & {
  /** Of the mask, percent. */
  readonly opacity: number;
};
