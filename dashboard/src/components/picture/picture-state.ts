import type { MissingPicture, SeenPicture } from "../../api/pictures.ts";
import { formatExact } from "../format-time.ts";
import type { Size } from "../viewer/zoom.ts";

/** Nobody answered; it may be seen when it is tried again. */
interface Unreachable {
  readonly kind: "unreachable";
  readonly retry: () => void;
}

/** A picture that cannot be seen, at least not now. */
export type Missing = (MissingPicture | Unreachable) & {
  /** What its place was kept free for. */
  readonly size?: Size | null;
};

/** What can be said of a picture that a page wants to show. */
export type PictureState =
  /** There is none (yet). */
  | { readonly kind: "none" }
  | { readonly kind: "loading" /** As it is known already. */; readonly size: Size | null }
  | SeenPicture
  | Missing;

export function isMissing(state: PictureState): state is Missing {
  return state.kind === "gone" || state.kind === "damaged" || state.kind === "unreachable";
}

/** Pixels; null until they are known. */
export function sizeOf(state: PictureState): Size | null {
  return state.kind === "there" || state.kind === "loading" ? state.size : null;
}

/** The same, and of one that is missing how large its place was until that was known. */
export function placeOf(state: PictureState): Size | null {
  return state.kind === "none" ? null : (state.size ?? null);
}

export const MISSING_TITLES: Readonly<Record<Missing["kind"], string>> = {
  gone: "No longer kept",
  damaged: "Damaged, cannot be shown",
  unreachable: "Could not be loaded",
};

/** In a few words, for a hint: "Before: no longer kept, removed on …". */
export function sayMissing(state: Missing, name?: string): string {
  const title = MISSING_TITLES[state.kind];
  const when =
    state.kind === "gone" && state.since !== null ? `, removed ${formatExact(new Date(state.since))}` : "";
  return (name === undefined ? title : `${name}: ${title.charAt(0).toLowerCase()}${title.slice(1)}`) + when;
}
