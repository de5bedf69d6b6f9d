/**
 * Gathers the calls that arrive while an earlier one is under way and makes them as one: a lone call is not delayed, and
 * under load hundreds of tasks share a round trip and a commit.
 * @param work gets the arguments of all gathered calls and answers in the same order.
 */
export function coalesce<Item, Result>(
  work: (items: readonly Item[]) => Promise<readonly Result[]>,
  mostAtOnce: number,
): (item: Item) => Promise<Result> {
  type Call = { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void };
  const waiting: Call[] = [];
  let busy = false;

  const drain = async () => {
    busy = true;
    while (waiting.length > 0) {
      const calls = waiting.splice(0, mostAtOnce);
      try {
        const results = await work(calls.map((call) => call.item));
        calls.forEach((call, at) => {
          const result = results[at];
          if (at < results.length) call.resolve(result as Result);
          else call.reject(new RangeError(`expected ${calls.length} results, received ${results.length}`));
        });
      } catch (error) {
        for (const call of calls) call.reject(error);
      }
    }
    busy = false;
  };

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!busy) void drain();
    });
}
