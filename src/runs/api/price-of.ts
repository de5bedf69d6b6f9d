import type { PreparedTask } from "./prepare-task.ts";

/** US dollars of one result. */
export type PriceOf = (task: Pick<PreparedTask, "model" | "names">) => number;

/** @param prices by any name of a model, in small letters; its id counts where several are given */
export function createPrices(prices: ReadonlyMap<string, number>): PriceOf {
  return ({ model, names }) => {
    const name = [model, ...names].find((candidate) => prices.has(candidate.toLowerCase()));
    return prices.get(name?.toLowerCase() ?? "") ?? 0;
  };
}
