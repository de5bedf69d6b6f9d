import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import type { RunDetail } from "../../../../../src/contracts/run.ts";
import { queryKeys } from "../../../api/query-keys.ts";
import { showToast, type Toast } from "../../../components/toast-store.ts";

/** Something that is done to a run. */
interface Action {
  readonly act: () => Promise<unknown>;
  /** What is said where it was done. */
  readonly done: string;
  /** How the run will stand then, shown at once. */
  readonly foresee?: (run: RunDetail) => RunDetail;
  /** What is said, with the reason, where it was not: "two.png was not cancelled". */
  readonly failed?: string;
}

/** Does something to a run, says what became of it, and shows the run as it stands then: at once, as far as it can be foreseen. */
export function useAction(runUUID: string) {
  return useMutation(actionOptions(useQueryClient(), runUUID, showToast));
}

/** @param say tells the person */
export function actionOptions(
  client: QueryClient,
  runUUID: string,
  say: (toast: Pick<Toast, "tone" | "text">) => void,
) {
  const queryKey = queryKeys.run(runUUID);
  return {
    mutationKey: queryKey,
    mutationFn: ({ act }: Action) => act(),
    onMutate: async ({ foresee }: Action) => {
      if (foresee === undefined) return {};
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData<RunDetail>(queryKey);
      if (before !== undefined) client.setQueryData(queryKey, foresee(before));
      return { before };
    },
    onSuccess: (_answer: unknown, { done }: Action) => say({ tone: "good", text: done }),
    onError: (error: Error, { failed }: Action, context?: { readonly before?: RunDetail | undefined }) => {
      if (context?.before !== undefined) client.setQueryData(queryKey, context.before);
      say({ tone: "bad", text: failed === undefined ? error.message : `${failed}: ${error.message}` });
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  };
}
