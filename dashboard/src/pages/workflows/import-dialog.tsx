import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ImportedWorkflow } from "../../../../src/contracts/workflow-library.ts";
import { importWorkflow } from "../../api/workflows.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { TextInput } from "../../components/text-input.tsx";
import { handOver, NAME, NEW_NAME } from "../workflow/new-workflow.ts";
import styles from "./import-dialog.module.css";
import { ImportNotes } from "./import-notes.tsx";

interface ImportDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Makes a workflow of what another tool keeps, and says what of it has no equivalent before anything is saved. */
export function ImportDialog({ isOpen, onClose }: ImportDialogProps) {
  const navigate = useNavigate();
  const [source, setSource] = useState("");
  const [name, setName] = useState("");
  const { mutate, data, error, isPending, reset } = useMutation({ mutationFn: importWorkflow });
  const isNameGood = name === "" || NAME.test(name);
  const open = ({ source: yaml }: ImportedWorkflow) => {
    handOver(yaml);
    void navigate({ to: "/workflows/$name", params: { name: NEW_NAME } });
  };
  const take = async (file: File | null) => {
    if (file === null) return;
    reset();
    setSource(await file.text());
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Import from ADetailer or ComfyUI"
      actions={
        data === undefined ? (
          <Button
            look="primary"
            disabled={source.trim() === "" || !isNameGood || isPending}
            onClick={() => mutate({ source, ...(name === "" ? {} : { name }) })}
          >
            Import
          </Button>
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
      {data !== undefined ? (
        <ImportNotes imported={data} />
      ) : (
        <div className={styles["form"]}>
          <Field
            label="Settings or graph"
            hint="ADetailer's args, a payload of A1111's API or a line of generation parameters; a graph of ComfyUI with the Impact Pack's detailers, of its API or its editor."
            error={error?.message}
          >
            {(attributes) => (
              <textarea
                {...attributes}
                className={styles["source"]}
                rows={10}
                spellCheck={false}
                value={source}
                placeholder='{ "ad_model": "face_yolov8n.pt", "ad_denoising_strength": 0.4 }'
                onChange={({ target }) => setSource(target.value)}
              />
            )}
          </Field>
          <label className={styles["file"]}>
            Or a file:{" "}
            <input
              type="file"
              accept=".json,.txt,application/json,text/plain"
              onChange={({ target }) => void take(target.files?.item(0) ?? null)}
            />
          </label>
          <Field
            label="Name of the workflow"
            hint="Default: that of the tool. It can still be changed in the editor."
            error={isNameGood ? undefined : "Expected small letters, digits, - and _."}
          >
            {(attributes) => (
              <TextInput {...attributes} value={name} onChange={({ target }) => setName(target.value)} />
            )}
          </Field>
        </div>
      )}
    </Dialog>
  );
}
