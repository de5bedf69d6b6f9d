import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { RunWorkflow } from "../../../../../src/contracts/api.ts";
import type { RunDetail } from "../../../../../src/contracts/run.ts";
import { rerunRun } from "../../../api/run-actions.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { RerunControl } from "./rerun-control.tsx";
import styles from "./rerun-dialog.module.css";
import { changesOf, inputFields, type RerunField, readField, stepFields } from "./rerun-fields.ts";
import { useAction } from "./use-action.ts";

interface RerunDialogProps {
  readonly run: RunDetail;
  readonly workflow: RunWorkflow;
  /** Id of the step that is done again in any case; null = only what the changes touch. */
  readonly from: string | null;
  readonly onClose: () => void;
}

/** Makes a run anew with other values. What does not depend on them is taken over. */
export function RerunDialog({ run, workflow, from, onClose }: RerunDialogProps) {
  const navigate = useNavigate();
  const { mutate, isPending, error } = useAction(run.runUUID);
  const [texts, setTexts] = useState<ReadonlyMap<string, string>>(new Map());
  const inputs = inputFields(workflow, run, from);
  const steps = from === null ? [] : stepFields(workflow, from);
  const textOf = (field: RerunField) => texts.get(keyOf(field)) ?? String(field.value ?? "");
  const values = [...inputs, ...steps].map((field) => [field, readField(field, textOf(field))] as const);
  const isWrong = values.some(([, value]) => value === undefined);
  const changes = changesOf(
    new Map(values.flatMap(([field, value]) => (value === undefined ? [] : [[field, value]]))),
    from,
  );
  const hasChanges = Object.keys(changes).length > 0;
  const start = async () => {
    const made = await rerunRun(run.runUUID, { ...changes, ...(from === null ? {} : { from }) });
    onClose();
    await navigate({ to: "/runs/$uuid", params: { uuid: made.runUUID } });
  };
  const control = (field: RerunField) => (
    <RerunControl
      key={keyOf(field)}
      field={field}
      text={textOf(field)}
      isWrong={readField(field, textOf(field)) === undefined}
      onChange={(text) => setTexts(new Map([...texts, [keyOf(field), text]]))}
    />
  );
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={from === null ? "Rerun with changes" : `Rerun from ${from}`}
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            look="primary"
            disabled={isWrong || isPending || (from === null && !hasChanges)}
            onClick={() => mutate({ act: start, done: "A new run is under way." })}
          >
            Start the new run
          </Button>
        </>
      }
    >
      <p className={styles["hint"]}>
        This run stays as it is. The new one takes over every step that does not depend on what you change.
      </p>
      {steps.length > 0 && <h3 className={styles["heading"]}>Of the step</h3>}
      {steps.map(control)}
      {inputs.length > 0 && <h3 className={styles["heading"]}>Inputs of the workflow</h3>}
      {inputs.map(control)}
      {error !== null && (
        <p className={styles["error"]} role="alert">
          {error.message}
        </p>
      )}
    </Dialog>
  );
}

function keyOf({ of, name }: RerunField): string {
  return `${of} ${name}`;
}
