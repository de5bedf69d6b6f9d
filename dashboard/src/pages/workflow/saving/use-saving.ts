import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { WorkflowDetail } from "../../../../../src/contracts/api.ts";
import { queryKeys } from "../../../api/query-keys.ts";
import { saveWorkflow, workflowQuery } from "../../../api/workflows.ts";
import { showToast } from "../../../components/toast-store.ts";

export interface Wish {
  readonly name: string;
  readonly source: string;
  readonly basedOn: number;
}

/** Saves a text, and shows everywhere what the name stands for then. */
export function useSaving(onSaved: (saved: WorkflowDetail) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, source, basedOn }: Wish) => saveWorkflow(name, source, basedOn),
    onSuccess(saved) {
      client.setQueryData(workflowQuery(saved.name).queryKey, saved);
      void client.invalidateQueries({ queryKey: queryKeys.workflows, predicate: isOfMany });
      showToast({ tone: "good", text: `Saved as version ${saved.version} of ${saved.name}.` });
      onSaved(saved);
    },
  });
}

/** The list of all, and of versions: not each text that is on the page. */
const isOfMany = ({ queryKey: [, which] }: { readonly queryKey: readonly unknown[] }) =>
  which === undefined || which === queryKeys.workflowVersionLists[1];
