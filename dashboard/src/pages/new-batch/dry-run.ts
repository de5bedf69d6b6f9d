import { useEffect, useRef, useState } from "react";
import type { DryRunLine } from "../../../../src/contracts/batches.ts";
import type { CostEstimate } from "../../../../src/contracts/cost-estimate.ts";
import type { BatchWish } from "../../api/batch-actions.ts";
import { dryRunBatch } from "../../api/batch-plans.ts";

export type LookedAt = Extract<DryRunLine, { readonly type: "picture" | "unfit" }>;

export interface DryRun {
  /** What it was made of: where the page says something else by now, it is of yesterday. */
  readonly wish: BatchWish;
  readonly looked: number;
  readonly pictures: number;
  readonly steps: readonly string[];
  readonly lines: readonly LookedAt[];
  readonly isDone: boolean;
  /** What all of them will probably cost at paid providers, once it is done; null where none is paid. */
  readonly paid: CostEstimate | null;
  readonly error: unknown;
}

/** Looks at a sample of a batch's pictures, one after the other; another look ends the one before. */
export function useDryRun(): {
  readonly dryRun: DryRun | null;
  start(wish: BatchWish): void;
} {
  const [dryRun, setDryRun] = useState<DryRun | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);
  const start = (wish: BatchWish) => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    const nothing = { looked: 0, pictures: 0, steps: [], lines: [], isDone: false, paid: null, error: null };
    let now: DryRun = { wish, ...nothing };
    const show = (change: Partial<DryRun>) => {
      now = { ...now, ...change };
      if (!controller.signal.aborted) setDryRun(now);
    };
    show({});
    const follow = async () => {
      for await (const line of dryRunBatch(wish, controller.signal)) {
        if (line.type === "begun") {
          const { looked, pictures, steps } = line;
          show({ looked, pictures, steps });
        } else if (line.type === "done") show({ isDone: true, paid: line.paid });
        else if (line.type === "failed") throw new Error(line.error.message);
        else show({ lines: [...now.lines, line] });
      }
    };
    follow().catch((error: unknown) => show({ error, isDone: true }));
  };
  return { dryRun, start };
}

/** In how many of the pictures something was found, and how many would fail. */
export function sumOf({ lines }: Pick<DryRun, "lines">): {
  readonly found: number;
  readonly empty: number;
  readonly unfit: number;
} {
  const count = (is: (line: LookedAt) => boolean) => lines.filter(is).length;
  const finds = (line: LookedAt) =>
    line.type === "picture" && line.finds.some(({ detections }) => detections.length > 0);
  return {
    found: count(finds),
    empty: count((line) => line.type === "picture" && !finds(line)),
    unfit: count(({ type }) => type === "unfit"),
  };
}
