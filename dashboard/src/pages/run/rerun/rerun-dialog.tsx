import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { RunWorkflow } from "../../../../../src/contracts/api.ts";
import type { RunDetail } from "../../../../../src/contracts/run.ts";
import { rerunRun } from "../../../api/run-actions.ts";
import { workflowSchemaQuery } from "../../../api/workflows.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Notice } from "../../../components/notice.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import type { FormTexts } from "../../../components/workflow-form/form-fields.ts";
import { useAction } from "../actions/use-action.ts";
import { ChangeList } from "./change-list.tsx";
import styles from "./rerun-dialog.module.css";
import { changesOf, inputFields } from "./rerun-fields.ts";
import { RerunForm, readEdits } from "./rerun-form.tsx";
import { type StepFields, stepFields } from "./step-fields.ts";

interface RerunDialogProps {
  readonly run: RunDetail;
  readonly workflow: RunWorkflow;
  /** Id of the step that is done again in any case; null = only what the changes touch. */
  readonly from: string | null;
  readonly onClose: () => void;
}

const NONE: StepFields = { written: [], others: [] };

/** Makes a run anew with other values. What does not depend on them is taken over. */
export function RerunDialog({ run, workflow, from, onClose }: RerunDialogProps) {
  const navigate = useNavigate();
  const { mutate, isPending, error } = useAction(run.runUUID);
  const schema = useQuery({ ...workflowSchemaQuery, enabled: from !== null });
  const [texts, setTexts] = useState<FormTexts>({});
  const inputs = inputFields(workflow, run, from);
  const step = from === null || schema.data === undefined ? NONE : stepFields(workflow, schema.data, from);
  const { values, faults } = readEdits([...inputs, ...step.written, ...step.others], texts);
  const changes = changesOf(values, workflow, from);
  const hasChanges = Object.keys(changes).length > 0;
  const start = async () => {
    const made = await rerunRun(run.runUUID, { ...changes, ...(from === null ? {} : { from }) });
    onClose();
    await navigate({ to: "/runs/$uuid", params: { uuid: made.runUUID } });
  };
  const form = { texts, faults, onChange: setTexts };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={from === null ? "Rerun with changes" : `Rerun from ${from}`}
      actions={
        <>
          <ChangeList values={values} faults={faults} />
          <Button onClick={onClose}>Not now</Button>
          <Button
            look="primary"
            disabled={faults.size > 0 || isPending || (from === null && !hasChanges)}
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
      {from !== null && schema.isPending && (
        <SkeletonRows rows={2} height="3.5rem" label="Loading what the step takes" />
      )}
      <RerunForm {...form} title="Of the step" fields={step.written} />
      <RerunForm {...form} title="Inputs of the workflow" fields={inputs} />
      <RerunForm {...form} title="What else the step takes" fields={step.others} isFolded />
      {[error, schema.error].map(
        (one) =>
          one !== null && (
            <Notice key={one.message} isAlert>
              {one.message}
            </Notice>
          ),
      )}
    </Dialog>
  );
}
