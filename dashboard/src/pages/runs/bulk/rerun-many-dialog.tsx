import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { RunWorkflow } from "../../../../../src/contracts/api.ts";
import type { RunView } from "../../../../../src/contracts/run.ts";
import type { RerunChanges } from "../../../api/bulk.ts";
import { runWorkflowQuery } from "../../../api/run-workflow.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { ErrorState } from "../../../components/error-state.tsx";
import { Field } from "../../../components/field.tsx";
import { Select } from "../../../components/select.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import type { FormTexts } from "../../../components/workflow-form/form-fields.ts";
import { inputFields, type RerunField } from "../../run/rerun/rerun-fields.ts";
import { RerunForm, readEdits } from "../../run/rerun/rerun-form.tsx";
import styles from "./dialogs.module.css";

interface RerunManyDialogProps {
  readonly words: string;
  /** Those of them that are loaded. */
  readonly runs: readonly RunView[];
  /** Whether the loaded ones tell of which workflow all of them are. */
  readonly isWhole: boolean;
  readonly onClose: () => void;
  readonly onRerun: (changes: RerunChanges) => void;
}

/** Makes many runs anew with the same changes: of one workflow, since another has other inputs. */
export function RerunManyDialog({ words, runs, isWhole, onClose, onRerun }: RerunManyDialogProps) {
  const [first] = runs;
  const names = new Set(runs.map(({ workflow }) => workflow));
  if (first === undefined || !isWhole || names.size > 1) {
    return (
      <Dialog isOpen onClose={onClose} title={`Rerun ${words}`}>
        <p className={styles["hint"]}>
          They are of several workflows, which have different inputs. Narrow the list to one workflow, or
          choose runs of one only.
        </p>
      </Dialog>
    );
  }
  return <OfOneWorkflow words={words} run={first} onClose={onClose} onRerun={onRerun} />;
}

type OfOneWorkflowProps = Pick<RerunManyDialogProps, "words" | "onClose" | "onRerun"> & {
  readonly run: RunView;
};

function OfOneWorkflow({ words, run, onClose, onRerun }: OfOneWorkflowProps) {
  const { data, error } = useQuery(runWorkflowQuery(run.runUUID));
  if (data !== undefined) return <Form words={words} workflow={data} onClose={onClose} onRerun={onRerun} />;
  return (
    <Dialog isOpen onClose={onClose} title={`Rerun ${words}`}>
      {error === null ? (
        <SkeletonRows rows={3} height="3.5rem" label="Loading the workflow" />
      ) : (
        <ErrorState error={error} title="The workflow could not be loaded" />
      )}
    </Dialog>
  );
}

function Form({
  words,
  workflow,
  onClose,
  onRerun,
}: Omit<OfOneWorkflowProps, "run"> & { readonly workflow: RunWorkflow }) {
  const [texts, setTexts] = useState<FormTexts>({});
  const [from, setFrom] = useState("");
  const fields = inputFields(workflow, { inputs: {} }).map(asItIs);
  const { values, faults } = readEdits(fields, texts);
  const inputs = Object.fromEntries(
    [...values].flatMap(([{ name }, value]) => (value === null ? [] : [[name, value]])),
  );
  const hasInputs = Object.keys(inputs).length > 0;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Rerun ${words}`}
      actions={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            look="primary"
            disabled={faults.size > 0 || (!hasInputs && from === "")}
            onClick={() => onRerun({ ...(hasInputs ? { inputs } : {}), ...(from === "" ? {} : { from }) })}
          >
            Start the new runs
          </Button>
        </>
      }
    >
      <p className={styles["hint"]}>
        They stay as they are. Each new run of {workflow.name} takes over every step that does not depend on
        what you change.
      </p>
      <Field label="Do again from" hint="The step and what stands on it, also where nothing of it changes.">
        {(attributes) => (
          <Select
            {...attributes}
            value={from}
            onChoose={setFrom}
            options={[
              { value: "", label: "only what the changes touch" },
              ...Object.keys(workflow.needs).map((id) => ({ value: id, label: id })),
            ]}
          />
        )}
      </Field>
      <RerunForm
        title="Inputs of the workflow"
        fields={fields}
        texts={texts}
        faults={faults}
        onChange={setTexts}
      />
    </Dialog>
  );
}

/** What is not given stays as each of them has it. */
function asItIs(field: RerunField): RerunField {
  return { ...field, start: null, preset: null, whenEmpty: "as it is" };
}
