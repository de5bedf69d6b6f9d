import type { ChangeOwner, OwnerView } from "../../../../../src/contracts/owners.ts";
import { LABELS_EXPECTED, labelsText, readLabels } from "../labels-text.ts";

/** What was typed, as it was typed; an empty limit is none. */
export interface OwnerDraft {
  readonly runsPerDay: string;
  /** Of 1,000,000,000 bytes. */
  readonly gigabytesKept: string;
  readonly tasksAtOnce: string;
  readonly costPerDay: string;
  /** One a line: `team=retouch`. */
  readonly labels: string;
}

type Faults = Partial<Record<keyof OwnerDraft, string>>;

const GIGABYTE = 1e9;

export function draftOf({ limits, labels }: Pick<OwnerView, "limits" | "labels">): OwnerDraft {
  const textOf = (value: number | null) => (value === null ? "" : String(value));
  return {
    runsPerDay: textOf(limits.runsPerDay),
    gigabytesKept: textOf(limits.bytesKept === null ? null : limits.bytesKept / GIGABYTE),
    tasksAtOnce: textOf(limits.tasksAtOnce),
    costPerDay: textOf(limits.costPerDay),
    labels: labelsText(labels),
  };
}

/** What is asked for, or what is wrong with each field; the server checks it again. */
export function readOwnerDraft(draft: OwnerDraft): {
  readonly change: ChangeOwner | null;
  readonly faults: Faults;
} {
  const runsPerDay = readLimit(draft.runsPerDay, isCount);
  const gigabytes = readLimit(draft.gigabytesKept, isAmount);
  const tasksAtOnce = readLimit(draft.tasksAtOnce, (value) => isCount(value) && value > 0);
  const costPerDay = readLimit(draft.costPerDay, isAmount);
  const labels = readLabels(draft.labels);
  if (
    runsPerDay !== undefined &&
    gigabytes !== undefined &&
    tasksAtOnce !== undefined &&
    costPerDay !== undefined &&
    labels !== undefined
  ) {
    const bytesKept = gigabytes === null ? null : Math.round(gigabytes * GIGABYTE);
    return { change: { runsPerDay, bytesKept, tasksAtOnce, costPerDay, labels }, faults: {} };
  }
  return {
    change: null,
    faults: {
      ...(runsPerDay === undefined ? { runsPerDay: "Expected a whole number, or nothing." } : {}),
      ...(gigabytes === undefined ? { gigabytesKept: "Expected gigabytes, such as 2.5, or nothing." } : {}),
      ...(tasksAtOnce === undefined ? { tasksAtOnce: "Expected a whole number from 1 on, or nothing." } : {}),
      ...(costPerDay === undefined ? { costPerDay: "Expected US dollars, such as 2.50, or nothing." } : {}),
      ...(labels === undefined ? { labels: LABELS_EXPECTED } : {}),
    },
  };
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
const isAmount = (value: number) => Number.isFinite(value) && value >= 0 && value <= 1e6;

/** Null for none; undefined where it is no limit. */
function readLimit(text: string, isGood: (value: number) => boolean): number | null | undefined {
  if (text.trim() === "") return null;
  const value = Number(text);
  return isGood(value) ? value : undefined;
}
