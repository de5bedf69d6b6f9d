import { useMutation, useQueryClient } from "@tanstack/react-query";
import { queryKeys } from "../../../api/query-keys.ts";
import { showToast } from "../../../components/toast-store.ts";

/** Does something to a run, says what became of it, and shows the run as it stands then. */
export function useAction(runUUID: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ act }: { readonly act: () => Promise<unknown>; readonly done: string }) => act(),
    onSuccess: (_, { done }) => showToast({ tone: "good", text: done }),
    onError: (error) => showToast({ tone: "bad", text: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.run(runUUID) }),
  });
}
