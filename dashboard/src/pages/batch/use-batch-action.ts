import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { BatchView } from "../../../../src/contracts/api.ts";
import { batchQuery } from "../../api/batches.ts";
import { queryKeys } from "../../api/query-keys.ts";
import { showToast } from "../../components/toast-store.ts";

interface BatchChange {
  readonly act: (uuid: string) => Promise<unknown>;
  /** What the page shows until the server has answered. */
  readonly expected: Partial<BatchView>;
  /** What was not done, should it fail: "The batch was not paused". */
  readonly failed: string;
}

/** Does something to a batch: shown at once, and taken back where the server refuses it. */
export function useBatchAction(uuid: string) {
  const client = useQueryClient();
  const { queryKey } = batchQuery(uuid);
  return useMutation({
    mutationKey: queryKey,
    mutationFn: ({ act }: BatchChange) => act(uuid),
    onMutate: async ({ expected }) => {
      await client.cancelQueries({ queryKey, exact: true });
      const before = client.getQueryData(queryKey);
      client.setQueryData(queryKey, (batch) => (batch === undefined ? batch : { ...batch, ...expected }));
      return { before, queryKey };
    },
    onError: (error, { failed }, context) => {
      /* Of the batch that it was done to: the page may show another one by now. */
      if (context?.before !== undefined) client.setQueryData(context.queryKey, context.before);
      showToast({ tone: "bad", text: `${failed}: ${error.message}` });
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey }),
        client.invalidateQueries({ queryKey: queryKeys.batchLists }),
      ]),
  });
}
