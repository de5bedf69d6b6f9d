import { useQuery } from "@tanstack/react-query";
import { workflowsQuery } from "../../api/installation.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Field } from "../../components/field.tsx";
import { Select } from "../../components/select.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import type { FormField, FormTexts } from "../../components/workflow-form/form-fields.ts";
import { WorkflowForm } from "../../components/workflow-form/workflow-form.tsx";
import styles from "./sources.module.css";

interface WorkflowChoiceProps {
  /** Undefined until the list is there. */
  readonly workflow: string | undefined;
  readonly fields: readonly FormField[];
  readonly texts: FormTexts;
  readonly onWorkflow: (name: string) => void;
  readonly onTexts: (texts: FormTexts) => void;
}

export function WorkflowChoice({ workflow, fields, texts, onWorkflow, onTexts }: WorkflowChoiceProps) {
  const { data, error, refetch } = useQuery(workflowsQuery);
  if (error !== null && data === undefined) {
    return (
      <ErrorState error={error} title="The workflows could not be loaded" onRetry={() => void refetch()} />
    );
  }
  if (data === undefined || workflow === undefined) return <Skeleton width="100%" height="12rem" />;
  const { description } = data.workflows.find(({ name }) => name === workflow) ?? {};
  return (
    <div className={styles["stack"]}>
      <Field
        label="Workflow"
        {...(typeof description === "string" ? { hint: description } : {})}
        error={description === undefined ? `There is no workflow ${workflow}.` : undefined}
      >
        {(attributes) => (
          <Select
            {...attributes}
            value={workflow}
            options={data.workflows.map(({ name }) => ({ value: name, label: name }))}
            onChoose={onWorkflow}
          />
        )}
      </Field>
      <WorkflowForm fields={fields} texts={texts} onChange={onTexts} />
    </div>
  );
}
