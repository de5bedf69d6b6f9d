import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { workflowsQuery } from "../../../api/installation.ts";
import { queryKeys } from "../../../api/query-keys.ts";
import { removeWorkflow } from "../../../api/workflows.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { showToast } from "../../../components/toast-store.ts";

interface RemoveDialogProps {
  readonly name: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Takes a workflow's name away, when it was asked twice. */
export function RemoveDialog({ name, isOpen, onClose }: RemoveDialogProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { mutate, isPending } = useMutation({
    mutationFn: () => removeWorkflow(name),
    onSuccess() {
      showToast({ tone: "good", text: `${name} is removed; its runs stay.` });
      client.setQueryData(workflowsQuery.queryKey, (list) =>
        list === undefined
          ? list
          : { workflows: list.workflows.filter((workflow) => workflow.name !== name) },
      );
      void navigate({ to: "/workflows", ignoreBlocker: true }).then(() => {
        client.removeQueries({ queryKey: queryKeys.workflow(name) });
        return client.invalidateQueries({ queryKey: queryKeys.workflows });
      });
    },
    onError: (error) => showToast({ tone: "bad", text: `${name} was not removed: ${error.message}` }),
  });
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title={`Remove ${name}?`}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" disabled={isPending} onClick={() => mutate()}>
            Remove
          </Button>
        </>
      }
    >
      <p>
        Runs cannot ask for it by name any more. What has run, and every version, stays known: saved under the
        same name again, it goes on from there.
      </p>
    </Dialog>
  );
}
