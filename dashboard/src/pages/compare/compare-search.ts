import type { CompareQuery } from "../../../../src/contracts/compare.ts";
import { type LookInAddress, readLook } from "../../components/viewer/stage-look.ts";

export type CompareMode = "side" | "slider" | "difference" | "blink";
export type CompareSort = NonNullable<CompareQuery["sort"]>;

/** What of the compare page is in its address. */
export interface CompareSearch extends LookInAddress {
  /** UUIDs of two runs or of two batches. */
  readonly left?: string;
  readonly right?: string;
  /** How two pictures are seen; nothing = side by side. */
  readonly mode?: Exclude<CompareMode, "side">;
  /** Of the files of batches; nothing = by the seam. */
  readonly sort?: Exclude<CompareSort, "seam">;
}

export const MODES: readonly { readonly id: CompareMode; readonly title: string }[] = [
  { id: "side", title: "Side by side" },
  { id: "slider", title: "Slider" },
  { id: "difference", title: "Difference" },
  { id: "blink", title: "Blink" },
];

export const SORTS: readonly { readonly value: CompareSort; readonly label: string }[] = [
  { value: "seam", label: "Seams most apart first" },
  { value: "sharpness", label: "Sharpness most apart first" },
  { value: "cost", label: "Costs most apart first" },
  { value: "duration", label: "Times most apart first" },
  { value: "file", label: "By file name" },
];

const UUID = /^[0-9a-f-]{36}$/i;

/** What an address says, without what it should not. */
export function readCompareSearch(search: Readonly<Record<string, unknown>>): CompareSearch {
  const uuid = (name: string) => {
    const value = search[name];
    return typeof value === "string" && UUID.test(value) ? value.toLowerCase() : undefined;
  };
  const [left, right] = [uuid("left"), uuid("right")];
  const mode = MODES.map(({ id }) => id).find((id) => id === search["mode"]);
  const sort = SORTS.map(({ value }) => value).find((value) => value === search["sort"]);
  return {
    ...(left === undefined ? {} : { left }),
    ...(right === undefined ? {} : { right }),
    ...(mode === undefined || mode === "side" ? {} : { mode }),
    ...(sort === undefined || sort === "seam" ? {} : { sort }),
    ...readLook(search),
  };
}
