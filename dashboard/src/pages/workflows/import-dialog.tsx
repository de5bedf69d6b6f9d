import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ImportedWorkflow } from "../../../../src/contracts/workflow-library.ts";
import { importWorkflow } from "../../api/workflows.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { handOver, NEW_NAME } from "../workflow/new-workflow.ts";
import { ImportForm, type ImportTexts, isNameGood } from "./import-form.tsx";
import { ImportNotes } from "./import-notes.tsx";

interface ImportDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Makes a workflow of what another tool keeps, and says what of it has no equivalent before anything is saved. */
export function ImportDialog({ isOpen, onClose }: ImportDialogProps) {
  const navigate = useNavigate();
  const [texts, setTexts] = useState<ImportTexts>({ source: "", name: "" });
  const { mutate, data, error, isPending, reset } = useMutation({ mutationFn: importWorkflow });
  const open = ({ source }: ImportedWorkflow) => {
    handOver(source);
    void navigate({ to: "/workflows/$name", params: { name: NEW_NAME } });
  };
  const begin = (
    <Button
      look="primary"
      disabled={texts.source.trim() === "" || !isNameGood(texts) || isPending}
      onClick={() => mutate({ source: texts.source, ...(texts.name === "" ? {} : { name: texts.name }) })}
    >
      Import
    </Button>
  );
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Import from ADetailer or ComfyUI"
      actions={
        data === undefined ? (
          begin
        ) : (
          <>
            <Button onClick={reset}>Back</Button>
            <Button look="primary" onClick={() => open(data)}>
              Open in the editor
            </Button>
          </>
        )
      }
    >
      {data === undefined ? (
        <ImportForm
          texts={texts}
          onChange={(next) => {
            reset();
            setTexts(next);
          }}
          error={error?.message}
        />
      ) : (
        <ImportNotes imported={data} />
      )}
    </Dialog>
  );
}
