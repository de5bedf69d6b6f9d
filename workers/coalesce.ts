import { setImmediate } from "node:timers/promises";

export interface Rounds {
  /** Calls that are made as one, at most. */
  readonly mostAtOnce: number;
  /** Rounds under way at a time: while one waits for the disk, another one computes. */
  readonly rounds: number;
}

/**
 * Gathers the calls that arrive while an earlier one is under way and makes them as one: a lone call is not delayed, and
 * under load hundreds of tasks share a round trip and a commit. Where a gathered call fails, each is made by itself: the error
 * is that of the one that deserves it.
 * @param work gets the arguments of all gathered calls and answers in the same order.
 */
export function coalesce<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
  { mostAtOnce, rounds }: Rounds,
): (item: Item) => Promise<Result> {
  type Call = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void };
  const waiting: Call[] = [];
  let underWay = 0;

  const drain = async () => {
    underWay += 1;
    await setImmediate();
    while (waiting.length > 0) {
      await make(waiting.splice(0, mostAtOnce));
    }
    underWay -= 1;
  };
  const make = async (calls: readonly Call[]): Promise<void> => {
    try {
      const results = await work(calls.map((call) => call.item));
      calls.forEach((call, at) => {
        const result = results[at];
        if (at < results.length) call.resolve(result as Result);
        else call.reject(new RangeError(`expected ${calls.length} results, received ${results.length}`));
      });
    } catch (error) {
      if (calls.length > 1) await Promise.all(calls.map((call) => make([call])));
      else calls[0]?.reject(error);
    }
  };

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (underWay < rounds) void drain();
    });
}
