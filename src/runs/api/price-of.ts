import type { PreparedTask } from "./prepare-task.ts";

/** US dollars of one result. */
export type PriceOf = (task: Pick<PreparedTask, "model" | "names" | "reserved">) => number;

/**
 * @param prices by any name of a model, in small letters; its id counts where several are given.
 * Without any, what a paid provider reserves.
 */
export function createPrices(prices: ReadonlyMap<string, number>): PriceOf {
  return ({ model, names, reserved }) => {
    const name = [model, ...names].find((candidate) => prices.has(candidate.toLowerCase()));
    return prices.get(name?.toLowerCase() ?? "") ?? reserved;
  };
}
