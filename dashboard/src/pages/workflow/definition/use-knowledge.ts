import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { WorkflowOutline } from "../../../../../src/contracts/workflow-library.ts";
import { modelsQuery, workflowsQuery } from "../../../api/installation.ts";
import { workflowSchemaQuery } from "../../../api/workflows.ts";
import type { SchemaNode } from "../../../components/workflow-editor/schema-place.ts";
import type { EditorKnowledge } from "../../../components/workflow-editor/suggestions.ts";

/** What completion can offer here: the language, this installation's models and workflows, what steps yield. */
export function useKnowledge(outline: WorkflowOutline | null): EditorKnowledge | null {
  const { data: schema } = useQuery(workflowSchemaQuery);
  const { data: models } = useQuery(modelsQuery);
  const { data: list } = useQuery(workflowsQuery);
  return useMemo(() => {
    if (schema === undefined) return null;
    const workflows = list?.workflows ?? [];
    const steps = [...workflows.flatMap((workflow) => workflow.steps), ...(outline?.steps ?? [])];
    return {
      schema: schema as SchemaNode,
      models: (models?.models ?? []).map(({ id, description }) => ({ id, description })),
      workflows: workflows.map(({ name, description }) => ({ name, description: description ?? "" })),
      yields: Object.fromEntries(steps.map(({ task, yields }) => [task, yields])),
    };
  }, [schema, models, list, outline]);
}
