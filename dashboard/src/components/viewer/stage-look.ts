import type { Dispatch, SetStateAction } from "react";
import type { SharedView } from "./use-zoom.ts";
import { readView, type View, WHOLE, writeView } from "./zoom.ts";

/** Where one looks on a stage, and where a line divides two pictures. */
export interface StageLook {
  readonly view: View;
  /** Percent of the picture's width that shows the first one. */
  readonly divider: number;
}

export const FIRST_LOOK: StageLook = { view: WHOLE, divider: 50 };

/** The same within an address, where nothing is said of what is so at first. */
export interface LookInAddress {
  /** How many times, and in percent where the middle is, with commas. */
  readonly zoom?: string;
  readonly divider?: number;
}

/** All of it as an address says it. */
export function sayLook({ view, divider }: StageLook): Required<LookInAddress> {
  return { zoom: writeView(view), divider };
}

export function lookOf({ zoom, divider }: Readonly<Record<string, unknown>> | LookInAddress): StageLook {
  return { view: readView(zoom), divider: percentOf(divider, FIRST_LOOK.divider) };
}

export function readLook(search: Readonly<Record<string, unknown>>): LookInAddress {
  return withoutFirst(sayLook(lookOf(search)), sayLook(FIRST_LOOK));
}

/** Percent to a tenth; what is none is as at first. */
export function percentOf(value: unknown, first: number): number {
  return typeof value === "number" && value >= 0 && value <= 100 ? Math.round(value * 10) / 10 : first;
}

export function withoutFirst<T extends object>(said: T, first: T): Partial<T> {
  const atFirst = new Map<string, unknown>(Object.entries(first));
  const differing = Object.entries(said).filter(([name, value]) => value !== atFirst.get(name));
  return Object.fromEntries(differing) as Partial<T>;
}

/** The part of it that stages share. */
export function viewWithin<T extends StageLook>(
  { view }: T,
  setLook: Dispatch<SetStateAction<T>>,
): SharedView {
  return [
    view,
    (next) => setLook((look) => ({ ...look, view: typeof next === "function" ? next(look.view) : next })),
  ];
}
